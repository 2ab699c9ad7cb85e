/// Writes a tree in its normal spelling. What is printed parses to the same tree, as long as the form can say it: a
/// search has no `len()`, `pat()`, `any()` and no ways into documents, a condition no bare words.
struct Printer {
    var form: BooleanExpression.Form

    func text(_ node: ExpressionNode) -> String { text(node, within: .or) }

    /// How tightly the place binds that a node is written in.
    private enum Place: Int {
        case or, and, not
    }

    private func text(_ node: ExpressionNode, within place: Place) -> String {
        switch node {
        case .all: return "*"
        case .or(let list):
            let text = list.map { self.text($0, within: .and) }.joined(
                separator: form == .search ? " OR " : " or ")
            return place == .or ? text : "(\(text))"
        case .and(let list):
            let text = list.map { self.text($0, within: .not) }.joined(
                separator: form == .search ? " " : " and ")
            return place == .not ? "(\(text))" : text
        case .not(let inner):
            let word = form == .search ? "NOT " : "not "
            return word + text(inner, within: .not)
        case .text(let pattern): return text(pattern)
        case .term(let subject, let test): return text(subject, test)
        }
    }

    private func text(_ pattern: TextPattern) -> String {
        switch pattern {
        case .phrase(let phrase): word(phrase)
        case .prefix(let prefix): word(prefix) + "*"
        case .regex(let regex): "~" + Self.quoted(regex: regex)
        }
    }

    private func text(_ subject: Subject, _ test: FieldTest) -> String {
        let name = text(subject)
        switch test {
        case .exists: return form == .search ? name + ":*" : "has(\(name))"
        case .matches(let list):
            let values = list.map(text)
            return values.count == 1 ? "\(name):\(values[0])" : "\(name):(\(values.joined(separator: ", ")))"
        case .regex(let regex):
            if form == .condition, case .length = subject { return "\(name) ~ \(Self.quoted(regex: regex))" }
            return "\(name):~" + Self.quoted(regex: regex)
        case .range(let lower, let upper):
            return "\(name):\(lower.map(text) ?? "")..\(upper.map(text) ?? "")"
        case .compare(let sign, .literal(let literal)) where form == .search:
            return "\(name):\(sign == .equal ? "=" : sign.rawValue)\(text(literal))"
        case .compare(let sign, let operand):
            return "\(name) \(sign.rawValue) \(text(operand))"
        case .glob(let pattern): return "\(name) == pat(\(Self.quoted(pattern)))"
        case .equalsAny(let list): return "\(name) == any(\(list.map(text).joined(separator: ", ")))"
        }
    }

    private func text(_ subject: Subject) -> String {
        switch subject {
        case .field(let path): text(path)
        case .length(let path): "len(\(text(path)))"
        }
    }

    private func text(_ path: FieldPath) -> String {
        var text = path.name
        if !(form == .condition && path.isPlaceholder),
            !Self.isPlain(path.name) || !Parser.isPlainName(path.name)
        {
            text = Self.quoted(path.name)
        }
        for step in path.path {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key): text += "." + (Self.isPlainKey(key) ? key : Self.quoted(key))
            }
        }
        return text
    }

    private func text(_ operand: Operand) -> String {
        switch operand {
        case .literal(let literal): text(literal)
        case .subject(let subject): text(subject)
        }
    }

    private func text(_ value: ValuePattern) -> String {
        switch value {
        case .literal(let literal): text(literal)
        case .prefix(let prefix): word(prefix) + "*"
        }
    }

    private func text(_ literal: Literal) -> String {
        let looksOtherwise = literal.quantity != nil || literal.bool != nil
        // An amount keeps its spelling: its signs mean nothing else where values stand.
        if looksOtherwise { return literal.isText ? Self.quoted(literal.text) : literal.text }
        return word(literal.text)
    }

    private func word(_ text: String) -> String { Self.isPlain(text) ? text : Self.quoted(text) }

    /// Whether a text reads as itself without quotes wherever it stands: letters, digits and a few signs, no keyword.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, Letters.kind(first) != .other else { return false }
        let signs = "_.-/@".unicodeScalars
        return text.unicodeScalars.allSatisfy { Letters.kind($0) != .other || signs.contains($0) }
            && !text.contains("..") && text.unicodeScalars.last != "."
            && !["and", "or", "not"].contains(text.lowercased())
    }

    private static func isPlainKey(_ key: String) -> Bool {
        !key.isEmpty && key.unicodeScalars.allSatisfy { Letters.kind($0) != .other || $0 == "-" }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Only quotes need an escape; a backslash before one goes, since it says nothing there.
    private static func quoted(regex: String) -> String {
        var result = "\""
        var escaped = false
        for scalar in regex.unicodeScalars {
            if scalar == "\"" {
                if !escaped { result += "\\" }
                result += "\""
                escaped = false
            } else {
                result.unicodeScalars.append(scalar)
                escaped = scalar == "\\" && !escaped
            }
        }
        return result + "\""
    }
}
