/// The service itself: decides status and JSON body for a path; knows nothing of sockets. Begin here.
func decide(_ path: Substring, ready: Bool) -> (status: Int, body: String) {
    switch path {
    case "/healthz", "/livez": return (200, #"{"status": "ok"}"#)
    case "/readyz": return ready ? (200, #"{"status": "ok"}"#) : (503, #"{"status": "stopping"}"#)
    case "/":
        return (200, #"{"service": "{{business}}/{{service}}", "hello": "world"}"#)
    default: return (404, "{\"error\": \(quoted("nothing at \(path)"))}")
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
