import Glibc

/// Why a head or a body is refused: the status that says so to a client, and a sentence.
package struct HTTPRefusal: Error, Equatable {
    package var status: Int
    package var reason: String
    init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }
}

/// Fields that the proxy reads, changes or removes; all others are copied through unread.
enum FieldKind: UInt8 {
    case other, host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, te, trailer
    case upgrade, expect, requestID, forwarded, forwardedFor, forwardedProto, forwardedHost

    /// Tells the kind by length first, so that most names cost one comparison of numbers.
    static func of(_ name: UnsafeRawBufferPointer) -> FieldKind {
        switch name.count {
        case 2: if name.spells("te") { return .te }
        case 4: if name.spells("host") { return .host }
        case 6: if name.spells("expect") { return .expect }
        case 7:
            if name.spells("upgrade") { return .upgrade }
            if name.spells("trailer") { return .trailer }
        case 9: if name.spells("forwarded") { return .forwarded }
        case 10:
            if name.spells("connection") { return .connection }
            if name.spells("keep-alive") { return .keepAlive }
        case 12: if name.spells("x-request-id") { return .requestID }
        case 14: if name.spells("content-length") { return .contentLength }
        case 15: if name.spells("x-forwarded-for") { return .forwardedFor }
        case 16:
            if name.spells("x-forwarded-host") { return .forwardedHost }
            if name.spells("proxy-connection") { return .proxyConnection }
        case 17:
            if name.spells("transfer-encoding") { return .transferEncoding }
            if name.spells("x-forwarded-proto") { return .forwardedProto }
        default: break
        }
        return .other
    }
}

/// One field line as offsets from the head's first byte; `end` is behind its CRLF.
struct FieldLine {
    var start: Int
    var nameEnd: Int
    var valueStart: Int
    var valueEnd: Int
    var end: Int
    var kind: FieldKind

    var name: Range<Int> { start..<nameEnd }
    var value: Range<Int> { valueStart..<valueEnd }
}

/// The fields of one head: where they stand, and what those mean that decide framing and connection.
///
/// Strict on purpose: what two readers may read differently is refused here (RFC 9112 §5 and §11.2).
struct HTTPFields {
    var lines: [FieldLine] = []
    var contentLength: Int?
    var chunked = false
    var close = false
    var keepAlive = false
    var upgradeListed = false
    var hosts = 0
    var host: Range<Int>?
    var upgrade: Range<Int>?
    var expectsContinue = false
    /// Names that `Connection` lists beside the known ones.
    var named: [Range<Int>] = []

    mutating func reset() {
        var lines = self.lines
        lines.removeAll(keepingCapacity: true)
        self = HTTPFields()
        self.lines = lines
    }

    /// Reads from `start` to the empty line that ends `bytes`.
    mutating func parse(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(HTTPRefusal) {
        var at = start
        while at + 2 < bytes.count {
            guard lines.count < ProxyLimits.fieldLines else {
                throw HTTPRefusal(431, "more than \(ProxyLimits.fieldLines) header fields")
            }
            let line = try Self.line(bytes, at)
            lines.append(line)
            at = line.end
            if line.kind != .other { try interpret(line, bytes) }
        }
        guard at + 2 == bytes.count, bytes[at] == ASCII.cr, bytes[at + 1] == ASCII.lf else {
            throw HTTPRefusal(400, "the header section does not end with an empty line")
        }
        if chunked, contentLength != nil {
            throw HTTPRefusal(400, "both Content-Length and Transfer-Encoding")
        }
    }

    private static func line(_ bytes: UnsafeRawBufferPointer, _ start: Int) throws(HTTPRefusal) -> FieldLine {
        guard bytes[start] != ASCII.space, bytes[start] != ASCII.tab else {
            throw HTTPRefusal(400, "a folded header line")
        }
        var nameEnd = start
        while nameEnd < bytes.count, ASCII.isToken(bytes[nameEnd]) { nameEnd += 1 }
        guard nameEnd > start, nameEnd < bytes.count, bytes[nameEnd] == ASCII.colon else {
            throw HTTPRefusal(400, "a header line without a well-formed name and colon")
        }
        guard let lf = bytes.index(of: ASCII.lf, from: nameEnd), bytes[lf - 1] == ASCII.cr else {
            throw HTTPRefusal(400, "a header line that does not end with CRLF")
        }
        var (first, last) = (nameEnd + 1, lf - 1)
        while first < last, ASCII.isBlank(bytes[first]) { first += 1 }
        while last > first, ASCII.isBlank(bytes[last - 1]) { last -= 1 }
        for at in first..<last where ASCII.isControl(bytes[at]) {
            throw HTTPRefusal(400, "a control character in a header value")
        }
        let name = UnsafeRawBufferPointer(rebasing: bytes[start..<nameEnd])
        return FieldLine(
            start: start, nameEnd: nameEnd, valueStart: first, valueEnd: last, end: lf + 1,
            kind: FieldKind.of(name))
    }

    private mutating func interpret(_ line: FieldLine, _ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        let value = UnsafeRawBufferPointer(rebasing: bytes[line.value])
        switch line.kind {
        case .contentLength:
            guard contentLength == nil else { throw HTTPRefusal(400, "several Content-Length fields") }
            guard let length = ASCII.decimal(value) else {
                throw HTTPRefusal(400, "a Content-Length that is no number")
            }
            contentLength = length
        case .transferEncoding:
            guard !chunked else { throw HTTPRefusal(400, "several Transfer-Encoding fields") }
            guard value.spells("chunked") else {
                throw HTTPRefusal(501, "a Transfer-Encoding other than chunked")
            }
            chunked = true
        case .connection: connection(value, offset: line.valueStart)
        case .host: (hosts, host) = (hosts + 1, line.value)
        case .upgrade: upgrade = line.value
        case .expect: expectsContinue = value.spells("100-continue")
        default: break
        }
    }

    private mutating func connection(_ value: UnsafeRawBufferPointer, offset: Int) {
        for option in ASCII.list(value) {
            let name = UnsafeRawBufferPointer(rebasing: value[option])
            if name.spells("close") {
                close = true
            } else if name.spells("keep-alive") {
                keepAlive = true
            } else if name.spells("upgrade") {
                upgradeListed = true
            } else if FieldKind.of(name) == .other, named.count < ProxyLimits.fieldLines {
                named.append(option.lowerBound + offset..<option.upperBound + offset)
            }
        }
    }

    /// True when `Connection` names this field as one for the next hop only. Fields that the proxy itself
    /// understands cannot be removed that way.
    func isNamed(_ line: FieldLine, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !named.isEmpty, line.kind == .other else { return false }
        let name = UnsafeRawBufferPointer(rebasing: bytes[line.name])
        return named.contains { name.spells(UnsafeRawBufferPointer(rebasing: bytes[$0])) }
    }
}
