import Glibc

/// Bytes of HTTP and what class they are of (RFC 9110 §5.6.2).
enum ASCII {
    static let tab: UInt8 = 9
    static let lf: UInt8 = 10
    static let cr: UInt8 = 13
    static let space: UInt8 = 32
    static let comma: UInt8 = 44
    static let colon: UInt8 = 58
    static let semicolon: UInt8 = 59
    static let slash: UInt8 = 47

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    static func isControl(_ byte: UInt8) -> Bool { (byte < 32 && byte != tab) || byte == 127 }

    /// One bit for each of the 77 characters of a token.
    static func isToken(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x3ff_6cfa_0000_0000
        let high: UInt64 = 0x57ff_ffff_c7ff_fffe
        guard byte < 128 else { return false }
        return ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }

    static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }

    /// Digits only, at most 18 of them, so that it cannot overflow.
    static func decimal(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }

    static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }

    /// The members of a comma-separated list, blanks trimmed and empty ones left out.
    static func list(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
        var members: [Range<Int>] = []
        var start = 0
        while start <= bytes.count {
            var end = bytes.index(of: comma, from: start) ?? bytes.count
            let next = end + 1
            while start < end, isBlank(bytes[start]) { start += 1 }
            while end > start, isBlank(bytes[end - 1]) { end -= 1 }
            if start < end { members.append(start..<end) }
            start = next
        }
        return members
    }
}

extension UnsafeRawBufferPointer {
    /// Compares without regard to case; `lowercase` is lower case already.
    func spells(_ lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        for at in 0..<count where ASCII.lower(self[at]) != lowercase.utf8Start[at] { return false }
        return true
    }

    func spells(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for at in 0..<count where ASCII.lower(self[at]) != ASCII.lower(other[at]) { return false }
        return true
    }

    func index(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}
