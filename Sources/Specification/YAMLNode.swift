import GantryBase

/// A YAML value with the place where it was written; aliases are expanded and scalars are typed.
struct YAMLNode: Sendable {
    enum Scalar: Sendable { case null, bool, integer, number, string }
    enum Content: Sendable {
        case scalar(String, Scalar)
        case sequence([YAMLNode])
        case mapping([Entry])
    }
    struct Entry: Sendable {
        var key: String
        var keyPlace: Place
        var value: YAMLNode
    }

    var content: Content
    var place: Place

    subscript(key: String) -> YAMLNode? { entries.last { $0.key == key }?.value }

    var entries: [Entry] {
        if case .mapping(let entries) = content { entries } else { [] }
    }
    var items: [YAMLNode] {
        if case .sequence(let items) = content { items } else { [] }
    }
    var isNull: Bool {
        if case .scalar(_, .null) = content { true } else { false }
    }
    /// The text of any scalar but null; structural mistakes are reported by `ShapeCheck`, not here.
    var text: String? {
        if case .scalar(let text, let kind) = content, kind != .null { text } else { nil }
    }
    var integer: Int? {
        guard case .scalar(let text, let kind) = content, kind == .integer || kind == .number else {
            return nil
        }
        // JSON Schema calls 8080.0 an integer.
        if let point = text.firstIndex(of: "."), text[point...].dropFirst().allSatisfy({ $0 == "0" }) {
            return Int(text[..<point])
        }
        return Int(text)
    }
    var texts: [String] { items.compactMap(\.text) }

    func amount<Amount: UnitText>(_: Amount.Type = Amount.self) -> Amount? { text.flatMap { Amount($0) } }

    /// What was found, for a message.
    var found: String {
        switch content {
        case .scalar(_, .null): "nothing"
        case .scalar(let text, .bool): "the truth value \(text)"
        case .scalar(let text, .integer), .scalar(let text, .number): "the number \(text)"
        case .scalar(let text, .string): "the text \"\(Self.short(text))\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    static func short(_ text: String) -> String {
        /// Enough to recognise a value in a message that stays on one line.
        let limit = 60
        let line = text.prefix(limit).map { $0.isNewline ? " " : String($0) }.joined()
        return text.count > limit ? line + "…" : line
    }

    /// The kind of a plain scalar by the core schema of YAML 1.2; `yes` and `1:30` are texts there.
    static func kind(ofPlain text: String) -> Scalar {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
        case ".inf", ".Inf", ".INF", "-.inf", "+.inf", ".nan", ".NaN", ".NAN": return .number
        default: break
        }
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard let first = rest.first, isDigit(first) || first == UInt8(ascii: ".") else { return .string }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty { return .integer }
        var digits = whole.count
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            digits += fraction.count
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits > 0 else { return .string }
        if rest.isEmpty { return .number }
        guard rest.removeFirst() | 0x20 == UInt8(ascii: "e") else { return .string }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit) ? .number : .string
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
