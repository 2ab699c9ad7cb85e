/// Lines of `name=value name="quoted \"value\"" name`.
enum Logfmt {
    /// More pairs than a person writes: such a line is something else.
    private static let mostPairs = 256

    /// Reads all pairs, as text; nil when the line is anything else.
    static func read(_ line: UnsafeBufferPointer<UInt8>) -> [JSONValue.Member]? {
        var members: [JSONValue.Member] = []
        var at = 0
        func skipSpace() { while at < line.count, line[at] <= 0x20 { at += 1 } }
        skipSpace()
        while at < line.count {
            let start = at
            while at < line.count, isNameByte(line[at]) { at += 1 }
            guard at > start, members.count < mostPairs else { return nil }
            let name = String(decoding: line[start..<at], as: UTF8.self)
            if at < line.count, line[at] == UInt8(ascii: "=") {
                at += 1
                guard let value = value(line, &at) else { return nil }
                members.append(.init(name, .string(value)))
            } else {
                guard !members.isEmpty else { return nil }
                members.append(.init(name, .bool(true)))
            }
            guard at == line.count || line[at] <= 0x20 else { return nil }
            skipSpace()
        }
        return members
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\"") && byte != 0x7F
    }

    private static func value(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> String? {
        guard at < line.count, line[at] == UInt8(ascii: "\"") else {
            let start = at
            while at < line.count, line[at] > 0x20, line[at] != UInt8(ascii: "\"") { at += 1 }
            return String(decoding: line[start..<at], as: UTF8.self)
        }
        at += 1
        var bytes: [UInt8] = []
        while at < line.count {
            let byte = line[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), at < line.count else {
                bytes.append(byte)
                continue
            }
            switch line[at] {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            default: bytes.append(line[at])
            }
            at += 1
        }
        return nil
    }
}
