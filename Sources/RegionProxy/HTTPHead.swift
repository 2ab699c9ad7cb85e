/// Finds the end of a head in bytes that come in pieces, looking at each byte once.
struct HeadScanner {
    private var scanned = 0

    /// - Returns: the length of the head with its empty line, or nil until that has come.
    mutating func end(of bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Int? {
        while let lf = bytes.index(of: ASCII.lf, from: scanned) {
            guard lf > 0, bytes[lf - 1] == ASCII.cr else {
                throw HTTPRefusal(400, "a line that does not end with CRLF")
            }
            scanned = lf + 1
            if lf >= 3, bytes[lf - 2] == ASCII.lf {
                guard lf < ProxyLimits.headBytes else { throw Self.tooLong }
                return lf + 1
            }
        }
        scanned = bytes.count
        guard bytes.count < ProxyLimits.headBytes else { throw Self.tooLong }
        return nil
    }

    private static var tooLong: HTTPRefusal {
        HTTPRefusal(431, "a head of more than \(ProxyLimits.headBytes) bytes")
    }
}

/// A request's head as offsets into its bytes. Kept and parsed anew for each request of a connection, so that its
/// array is allocated once.
struct RequestHead {
    enum Method { case get, head, put, delete, options, trace, connect, other }

    var method = Method.other
    var methodEnd = 0
    /// The target as sent: origin form, absolute form or `*`.
    var target = 0..<0
    /// What the endpoint is asked for: the target in origin form; empty stands for `/`.
    var path = 0..<0
    /// Host and port that the client means: of an absolute target, else of `Host`.
    var authority: Range<Int>?
    var absolute = false
    var minorVersion = 1
    var fields = HTTPFields()

    /// Safe to send twice (RFC 9110 §9.2.2).
    var isIdempotent: Bool {
        switch method {
        case .get, .head, .put, .delete, .options: true
        case .trace, .connect, .other: false
        }
    }
    var isUpgrade: Bool { fields.upgradeListed && fields.upgrade != nil && minorVersion == 1 }
    /// Whether the client wants to go on with this connection.
    var keepsConnection: Bool { minorVersion == 1 ? !fields.close : fields.keepAlive && !fields.close }
    var body: BodyReader {
        if fields.chunked { return .chunked }
        return fields.contentLength.map { $0 == 0 ? .none : .length($0) } ?? .none
    }

    /// - Parameter bytes: exactly one head, its empty line included.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        fields.reset()
        let lineEnd = try requestLine(bytes)
        try fields.parse(bytes, from: lineEnd)
        try checkHost(bytes)
        if fields.chunked, minorVersion == 0 {
            throw HTTPRefusal(400, "Transfer-Encoding in HTTP/1.0")
        }
    }

    private mutating func requestLine(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Int {
        guard let lf = bytes.index(of: ASCII.lf, from: 0), lf > 0 else {
            throw HTTPRefusal(400, "no request line")
        }
        guard lf < ProxyLimits.requestLineBytes else {
            throw HTTPRefusal(414, "the request line is too long")
        }
        let end = lf - 1
        var at = 0
        while at < end, ASCII.isToken(bytes[at]) { at += 1 }
        guard at > 0, at < end, bytes[at] == ASCII.space else { throw HTTPRefusal(400, "no method") }
        methodEnd = at
        method = Self.method(UnsafeRawBufferPointer(rebasing: bytes[0..<at]))
        let targetStart = at + 1
        at = targetStart
        while at < end, bytes[at] > ASCII.space, bytes[at] != 127 { at += 1 }
        guard at > targetStart, at < end, bytes[at] == ASCII.space else {
            throw HTTPRefusal(400, "no well-formed target")
        }
        target = targetStart..<at
        try version(UnsafeRawBufferPointer(rebasing: bytes[at + 1..<end]))
        try form(bytes)
        return lf + 1
    }

    private static func method(_ name: UnsafeRawBufferPointer) -> Method {
        func isExactly(_ word: StaticString) -> Bool {
            guard name.count == word.utf8CodeUnitCount else { return false }
            for at in 0..<name.count where name[at] != word.utf8Start[at] { return false }
            return true
        }
        if isExactly("GET") { return .get }
        if isExactly("HEAD") { return .head }
        if isExactly("PUT") { return .put }
        if isExactly("DELETE") { return .delete }
        if isExactly("OPTIONS") { return .options }
        if isExactly("TRACE") { return .trace }
        return isExactly("CONNECT") ? .connect : .other
    }

    private mutating func version(_ name: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        guard name.count == 8, UnsafeRawBufferPointer(rebasing: name[0..<5]).elementsEqual("HTTP/".utf8),
            (48...57).contains(name[5]), name[6] == 46, (48...57).contains(name[7])
        else { throw HTTPRefusal(400, "no HTTP version") }
        guard name[5] == 49, name[7] <= 49 else {
            throw HTTPRefusal(505, "a version other than HTTP/1.0 and 1.1")
        }
        minorVersion = Int(name[7] - 48)
    }

    /// Tells the form of the target (RFC 9112 §3.2).
    private mutating func form(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        (absolute, authority, path) = (false, nil, target)
        guard method != .connect else { throw HTTPRefusal(501, "CONNECT is not offered") }
        if bytes[target.lowerBound] == ASCII.slash { return }
        if target.count == 1, bytes[target.lowerBound] == 42, method == .options { return }
        let text = UnsafeRawBufferPointer(rebasing: bytes[target])
        let scheme =
            if text.count > 7, UnsafeRawBufferPointer(rebasing: text[0..<7]).spells("http://") {
                7
            } else if text.count > 8, UnsafeRawBufferPointer(rebasing: text[0..<8]).spells("https://") {
                8
            } else { 0 }
        guard scheme > 0 else {
            throw HTTPRefusal(400, "a target that is neither a path nor an http address")
        }
        let start = target.lowerBound + scheme
        let end = bytes[start..<target.upperBound].firstIndex { $0 == ASCII.slash || $0 == 63 || $0 == 35 }
        let split = end ?? target.upperBound
        guard split > start, split == target.upperBound || bytes[split] == ASCII.slash else {
            throw HTTPRefusal(400, "an http address without host or path")
        }
        (absolute, authority, path) = (true, start..<split, split..<target.upperBound)
    }

    private mutating func checkHost(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        guard fields.hosts <= 1 else { throw HTTPRefusal(400, "several Host fields") }
        guard fields.hosts == 1 || minorVersion == 0 else { throw HTTPRefusal(400, "no Host field") }
        if authority == nil { authority = fields.host }
        guard let authority else { return }
        for byte in bytes[authority] where !Self.isHostByte(byte) {
            throw HTTPRefusal(400, "a Host that is no host name")
        }
    }

    /// Letters, digits and `-._~:[]`, and percent for zone names.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...58, 65...91, 93, 95, 97...122, 45, 46, 126, 37: true
        default: false
        }
    }
}
