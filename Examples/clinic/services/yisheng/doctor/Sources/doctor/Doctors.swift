/// One doctor by role; the demonstration names no persons.
struct Doctor {
    var id: String
    var title: (zh: String, en: String)
    var department: (zh: String, en: String)
    var hours: String

    var json: String {
        """
        {"id": \(quoted(id)), "title": \(pair(title)), "department": \(pair(department)), \
        "hours": \(quoted(hours))}
        """
    }

    private func pair(_ text: (zh: String, en: String)) -> String {
        "{\"zh\": \(quoted(text.zh)), \"en\": \(quoted(text.en))}"
    }

    static let all = [
        Doctor("cardiology", "心内科值班医师", "Cardiologist on duty", "心内科", "Cardiology", "08:00-20:00"),
        Doctor(
            "endocrinology", "内分泌科值班医师", "Endocrinologist on duty", "内分泌科", "Endocrinology", "08:00-17:00"),
        Doctor(
            "respiratory", "呼吸科值班医师", "Respiratory physician on duty", "呼吸科", "Respiratory medicine",
            "00:00-24:00"),
        Doctor(
            "gastroenterology", "消化科值班医师", "Gastroenterologist on duty", "消化科", "Gastroenterology",
            "08:00-17:00"),
        Doctor(
            "otolaryngology", "耳鼻喉科值班医师", "Ear, nose and throat physician on duty", "耳鼻喉科", "Otolaryngology",
            "08:00-17:00"),
        Doctor("neurology", "神经内科值班医师", "Neurologist on duty", "神经内科", "Neurology", "00:00-24:00"),
        Doctor("haematology", "血液科值班医师", "Haematologist on duty", "血液科", "Haematology", "08:00-17:00"),
        Doctor("dermatology", "皮肤科值班医师", "Dermatologist on duty", "皮肤科", "Dermatology", "08:00-17:00"),
        Doctor("orthopaedics", "骨科值班医师", "Orthopaedic surgeon on duty", "骨科", "Orthopaedics", "08:00-20:00"),
        Doctor("paediatrics", "儿科值班医师", "Paediatrician on duty", "儿科", "Paediatrics", "00:00-24:00"),
        Doctor("pharmacy", "值班临床药师", "Clinical pharmacist on duty", "药学部", "Pharmacy", "00:00-24:00"),
        Doctor(
            "general-practice", "全科值班医师", "General practitioner on duty", "全科", "General practice",
            "08:00-20:00"),
    ]

    init(
        _ id: String, _ zh: String, _ en: String, _ departmentZh: String, _ departmentEn: String,
        _ hours: String
    ) {
        (self.id, title, department, self.hours) = (id, (zh, en), (departmentZh, departmentEn), hours)
    }
}

/// Decides the answer to a path; knows nothing of sockets.
func decide(_ path: Substring) -> Answer {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard parts.first == "doctors" else { return .missing(path) }
    if parts.count == 1 {
        let all = Doctor.all.map(\.json).joined(separator: ", ")
        return Answer(200, "{\"doctors\": [\(all)]}", route: "/doctors")
    }
    let isAppointments = parts.count == 3 && parts.last == "appointments"
    let route = isAppointments ? "/doctors/{id}/appointments" : "/doctors/{id}"
    guard parts.count == 2 || isAppointments else { return .missing(path) }
    guard let doctor = Doctor.all.first(where: { $0.id == parts[2] }) else {
        return .missing(path, route: route)
    }
    return isAppointments ? appointments(doctor, route) : Answer(200, doctor.json, route: route)
}

/// The free appointments of a doctor, from calendars of which one is slow, one does not answer in the time that callers
/// wait, and one is broken; always the same ones.
private func appointments(_ doctor: Doctor, _ route: String) -> Answer {
    let free = #"{"id": \#(quoted(doctor.id)), "appointments": ["09:00", "10:30", "15:00"]}"#
    var answer = Answer(200, free, route: route)
    switch doctor.id {
    case "dermatology": answer.delay = 350
    case "neurology": answer.delay = 1500
    case "orthopaedics":
        answer = Answer(500, #"{"error": "the calendar cannot be read"}"#, route: route)
        answer.errorType = "CalendarUnreadable"
    default: break
    }
    return answer
}

/// Writes a JSON string.
func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20:
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
