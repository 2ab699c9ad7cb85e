/// The `baggage` header: names and values that travel with a request through all services.
///
/// A member that is malformed is left out and the others are kept. Source: W3C Baggage.
public struct Baggage: Sendable, Hashable, CustomStringConvertible {
    public struct Member: Sendable, Hashable {
        public var name: String
        /// Decoded.
        public var value: String
        /// As they came, such as `ttl=3;secret`.
        public var properties: String
    }

    public static let mostMembers = 180
    /// In bytes of the whole header.
    public static let longest = 8192

    public private(set) var members: [Member] = []

    public init() {}

    /// Reads the header up to the limits: members beyond them are left out. Of one name the last counts.
    public init(_ text: String) {
        var room = Self.longest
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            guard part.count < room, members.count < Self.mostMembers else { break }
            room -= part.count + 1
            guard let member = Self.member(part) else { continue }
            members.removeAll { $0.name == member.name }
            members.append(member)
        }
    }

    private static func member(_ part: Substring.UTF8View.SubSequence) -> Member? {
        let pieces = part.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let pair = pieces.first, let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = pair[..<equals].trimmingSpace()
        let value = pair[pair.index(after: equals)...].trimmingSpace()
        guard isToken(name), value.allSatisfy(isValueByte) else { return nil }
        let properties = pieces.count > 1 ? String(Substring(pieces[1].trimmingSpace())) : ""
        return Member(
            name: String(Substring(name)), value: PercentCoding.decode(value), properties: properties)
    }

    public subscript(name: String) -> String? { members.last { $0.name == name }?.value }

    /// Sets or removes one member. False, and nothing changes, when the name is no token or a limit is reached.
    @discardableResult
    public mutating func set(_ name: String, _ value: String?) -> Bool {
        guard Self.isToken(name.utf8) else { return false }
        var changed = self
        changed.members.removeAll { $0.name == name }
        if let value { changed.members.append(Member(name: name, value: value, properties: "")) }
        guard changed.members.count <= Self.mostMembers, changed.description.utf8.count <= Self.longest else {
            return false
        }
        self = changed
        return true
    }

    public var description: String {
        members.map { member in
            let pair = "\(member.name)=\(PercentCoding.encode(member.value, keep: Self.isValueByte))"
            return member.properties.isEmpty ? pair : "\(pair);\(member.properties)"
        }
        .joined(separator: ",")
    }

    /// What RFC 9110 calls a token.
    private static func isToken(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty
            && name.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// Printable ASCII without space, quote, comma, semicolon and backslash.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: ",")
            && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "\\")
    }
}

/// Bytes as `%XX` (RFC 3986).
enum PercentCoding {
    /// Decodes; what is no `%XX` stays as it is, what is no UTF-8 becomes U+FFFD.
    static func decode(_ text: some Collection<UInt8>) -> String {
        let text = Array(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            if text[at] == UInt8(ascii: "%"), at + 2 < text.count, let high = Hex.digit(text[at + 1]),
                let low = Hex.digit(text[at + 2])
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(text[at])
                at += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Encodes every byte that is `%` or that `keep` does not want.
    static func encode(_ text: String, keep: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte != UInt8(ascii: "%"), keep(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
