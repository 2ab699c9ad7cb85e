/// The `tracestate` header: what each tracing system adds to a trace, the latest writer first.
///
/// Source: W3C Trace Context, level 2.
public struct TraceState: Sendable, Hashable, LosslessStringConvertible {
    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: String
    }

    public static let mostMembers = 32
    /// In bytes: what every party must pass on.
    public static let longest = 512
    /// In bytes of one member: longer ones are left out first when the whole is too long.
    private static let largeMember = 128
    /// In bytes: beyond it a header is not looked at.
    private static let longestRead = 8192

    public private(set) var members: [Member] = []

    public init() {}

    /// Reads the header; nil when any of it is malformed or named twice, since all of it is then to be dropped. One
    /// that is only too long is shortened as the specification says.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longestRead else { return nil }
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let part = part.trimmingSpace()
            if part.isEmpty { continue }
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")), Self.isKey(part[..<equals]),
                Self.isValue(part[part.index(after: equals)...]), members.count < Self.mostMembers
            else { return nil }
            let key = String(decoding: part[..<equals], as: UTF8.self)
            guard self[key] == nil else { return nil }
            members.append(
                Member(key: key, value: String(decoding: part[part.index(after: equals)...], as: UTF8.self)))
        }
        shorten()
    }

    public var description: String {
        members.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    public subscript(key: String) -> String? { members.first { $0.key == key }?.value }

    /// Puts a member in front, as its writer must, or removes it. False, and nothing changes, when key or value is
    /// not allowed.
    @discardableResult
    public mutating func set(_ key: String, _ value: String?) -> Bool {
        guard Self.isKey(Array(key.utf8)[...]) else { return false }
        if let value, !Self.isValue(Array(value.utf8)[...]) { return false }
        members.removeAll { $0.key == key }
        if let value { members.insert(Member(key: key, value: value), at: 0) }
        if members.count > Self.mostMembers { members.removeLast() }
        shorten()
        return true
    }

    private mutating func shorten() {
        func length(_ member: Member) -> Int { member.key.utf8.count + 1 + member.value.utf8.count }
        func total() -> Int { members.reduce(-1) { $0 + length($1) + 1 } }
        while total() > Self.longest {
            if let large = members.lastIndex(where: { length($0) > Self.largeMember }) {
                members.remove(at: large)
            } else {
                members.removeLast()
            }
        }
    }

    /// A vendor, or a tenant `@` a system.
    private static func isKey(_ key: some BidirectionalCollection<UInt8>) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        func isName(_ name: some Collection<UInt8>, longest: Int, digitFirst: Bool) -> Bool {
            guard let first = name.first, name.count <= longest else { return false }
            return isLower(first) || digitFirst && isDigit(first) ? name.allSatisfy(isKeyByte) : false
        }
        return switch parts.count {
        case 1: isName(parts[0], longest: 256, digitFirst: true)
        case 2:
            isName(parts[0], longest: 241, digitFirst: true)
                && isName(parts[1], longest: 14, digitFirst: false)
        default: false
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "/")
    }

    private static func isValue(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        guard let last = value.last, last != 0x20, value.count <= 256 else { return false }
        return value.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
        }
    }
}

extension BidirectionalCollection<UInt8> {
    /// Without spaces and tabs around it, which HTTP allows in lists.
    func trimmingSpace() -> SubSequence {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let rest = drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else {
            return rest[rest.startIndex..<rest.startIndex]
        }
        return rest[...last]
    }
}
