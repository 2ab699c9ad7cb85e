/// The service itself: decides the answer to a path; knows nothing of sockets. Begin here.
func decide(_ path: Substring) -> Answer {
    switch path {
    case "/":
        let body = #"{"service": "{{business}}/{{service}}", "hello": "world"}"#
        return Answer(200, body, route: "/")
    default: return .missing(path)
    }
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
