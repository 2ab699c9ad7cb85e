/// One server-sent event (WHATWG HTML, "Server-sent events").
struct ServerEvent: Sendable {
    var name: String
    var data = ""
    /// What the browser says when it comes back after it was cut off.
    var id: String?

    /// Data of several lines are several fields; a line must not look like another field.
    var text: String {
        var text = "event: \(name)\n"
        if let id { text += "id: \(id)\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }
}
