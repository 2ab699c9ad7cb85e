/// One client and how far its requests and answers have come.
struct Connection {
    var socket: Int32
    var input: [UInt8] = []
    var output: [UInt8] = []
    var lastActive = milliseconds()
    /// No further request is read; with `output` empty, what still comes is thrown away until the client's end.
    var isClosing = false
    var isShut = false
    var isGone = false
    /// The answer whose time has not come; further requests of this connection wait for it.
    var waiting: Waiting?

    var isIdle: Bool { input.isEmpty && output.isEmpty && !isClosing && waiting == nil }
}

/// What is decided for a request. The program begins at `decide`.
struct Answer {
    var status: Int
    var body: String
    /// The pattern of the path, such as /doctors/{id}: what spans and logs are grouped by.
    var route: String?
    /// Milliseconds until it is sent.
    var delay = 0.0
    /// The name of the mistake, for an answer that reports one.
    var errorType: String?

    init(_ status: Int, _ body: String, route: String?) {
        (self.status, self.body, self.route) = (status, body, route)
    }

    static func missing(_ path: Substring, route: String? = nil) -> Answer {
        Answer(404, "{\"error\": \(quoted("nothing at \(path)"))}", route: route)
    }
}

/// A decided request whose answer is not sent yet.
struct Waiting {
    var head: RequestHead
    var answer: Answer
    var span: Span
    var due: Double
}
