import Expressions
import GantryBase

/// Makes trees and records from a small stock of texts, so that they meet often.
struct RandomExpressions {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    static let texts = [
        "timeout", "Timeout", "connection reset", "reset", "re", "a", "and", "OR", "not", "user_id=12", "-x",
        "a..b", ".",
        "a:b", "\"quoted\"", "back\\slash", "line\nend", "超时", "请求", "超", "привет", "При", "é", "500", "5%",
        "300ms",
        "-5", "1e3", "007", "true", "True", "*", "a*", "(", ")", "|", "~", "<", "[STATUS]", "，", "“x”", "a：b",
        "\u{3000}",
        "\t", "..", "/", "//x", "=", "!", "warn", "error", "10MiB", "🙂", "e\u{301}", "ﬁ", "İ", "K",
    ]
    static let names = [
        "message", "level", "status", "duration", "tags", "odd name", "a.b-c/d", "AND", "or", "用户", "x:y",
    ]
    static let regexes = ["a", "t.m", "(?i)RESET", "^5", "\\d+", "\\bre", "\"", "[超]", "\\\\", "x|y"]
    static let amounts = ["500", "-5", "1.5", "5%", "300ms", "1m30s", "10MiB", "0", "007", "true"]

    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int(generator.next() % UInt64(list.count))]
    }
    mutating func chance(_ oneIn: UInt64) -> Bool { generator.next() % oneIn == 0 }

    mutating func node(_ form: BooleanExpression.Form, depth: Int) -> ExpressionNode {
        if depth > 0, !chance(3) {
            let count = Int(generator.next() % 4)
            switch generator.next() % 3 {
            case 0: return .not(node(form, depth: depth - 1))
            case 1: return .and((0..<count).map { _ in node(form, depth: depth - 1) })
            default: return .or((0..<count).map { _ in node(form, depth: depth - 1) })
            }
        }
        if form == .search {
            if chance(20) { return .all }
            if chance(2) { return .text(pattern()) }
        }
        return term(form)
    }

    mutating func pattern() -> TextPattern {
        switch generator.next() % 4 {
        case 0: .prefix(pick(Self.texts))
        case 1: .regex(pick(Self.regexes))
        default: .phrase(pick(Self.texts))
        }
    }

    mutating func literal() -> Literal {
        chance(2) ? Literal(bare: pick(Self.amounts)) : Literal(quoted: pick(Self.texts)).normal
    }

    mutating func path(_ form: BooleanExpression.Form) -> FieldPath {
        if form == .condition, chance(2) {
            let steps: [FieldPath.Step] = [
                .key("name"), .key("a b"), .key(""), .index(0), .index(12), .key("x.y"),
            ]
            return FieldPath(
                pick(["[BODY]", "[STATUS]"]), path: (0..<generator.next() % 3).map { _ in pick(steps) })
        }
        return FieldPath(pick(Self.names))
    }

    mutating func term(_ form: BooleanExpression.Form) -> ExpressionNode {
        let path = path(form)
        let kinds: UInt64 = form == .search ? 5 : 9
        switch generator.next() % kinds {
        case 0: return .term(.field(path), .exists)
        case 1:
            let count = chance(3) ? 3 : 1
            return .term(
                .field(path),
                .matches((0..<count).map { _ in chance(4) ? .prefix(pick(Self.texts)) : .literal(literal()) })
            )
        case 2: return .term(.field(path), .regex(pick(Self.regexes)))
        case 3: return .term(.field(path), .compare(pick(Comparison.allCases), .literal(literal())))
        case 4:
            let lower = chance(3) ? nil : literal()
            return .term(.field(path), .range(lower, lower == nil || !chance(3) ? literal() : nil))
        case 5: return .term(.field(path), .glob(pick(Self.texts)))
        case 6: return .term(.field(path), .equalsAny((0...generator.next() % 2).map { _ in literal() }))
        case 7: return .term(.length(path), .compare(pick(Comparison.allCases), .literal(literal())))
        default:
            let other = FieldPath(pick(["[BODY]", "[STATUS]"]))
            let subject: Subject = chance(2) ? .length(other) : .field(other)
            return .term(
                chance(2) ? .length(path) : .field(path),
                .compare(pick(Comparison.allCases), .subject(subject)))
        }
    }

    mutating func value(depth: Int = 1) -> TestValue {
        switch generator.next() % 8 {
        case 0: .integer(pick([500, -5, 0, 7, 300, 17, 10_485_760]))
        case 1: .number(pick([1.5, 500, 0.05]))
        case 2: .bool(chance(2))
        case 3: .duration(pick([300_000_000, 90_000_000_000, 0]))
        case 4 where depth > 0: .list((0..<generator.next() % 3).map { _ in value(depth: 0) })
        default: .text(text())
        }
    }

    /// One to three texts of the stock, with and without a space between.
    mutating func text() -> String {
        let count = 1 + generator.next() % 3
        return (0..<count).map { _ in pick(Self.texts) }.joined(separator: pick([" ", " ", "", "。", "_"]))
    }

    mutating func record() -> TestRecord {
        var values: [String: TestValue] = [:]
        for name in Self.names + ["[BODY]", "[STATUS]"] where !chance(3) { values[name] = value() }
        return TestRecord(values)
    }
}

extension Literal {
    /// What parsing makes of it: quotes are remembered only where they matter.
    var normal: Literal { Literal(quoted: text) }
}
