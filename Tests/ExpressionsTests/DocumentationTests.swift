import Expressions
import Foundation
import GantryBase
import Testing

/// Runs docs/expressions.md.
@Suite struct DocumentationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var expression: String
        var form: BooleanExpression.Form
        var holdsFor: [[String: TestValue]]
        var failsFor: [[String: TestValue]]
        var testDescription: String { expression }
    }

    static func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/expressions.md"), encoding: .utf8)
    }

    /// The rows of the table that begins with `title`.
    static func table(_ title: String) throws -> [[String]] {
        let lines = try document().split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| \(title) |") })
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces) }
        }
    }

    static func rows(_ title: String, _ form: BooleanExpression.Form) throws -> [Row] {
        try table(title).map { cells in
            Row(
                expression: String(try #require(codes(cells[1]).first)), form: form,
                holdsFor: try codes(cells[2]).map(record), failsFor: try codes(cells[3]).map(record))
        }
    }

    static func codes(_ cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    static func record(_ json: String) throws -> [String: TestValue] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        return try object.mapValues(value)
    }

    static func value(_ value: Any) throws -> TestValue {
        switch value {
        case let text as String: .text(text)
        case let list as [Any]: .list(try list.map(Self.value))
        // JSONSerialization makes booleans of a type of their own, which says so in its Objective-C code.
        case let number as NSNumber where String(cString: number.objCType) == "c": .bool(number.boolValue)
        case let number as NSNumber:
            number.doubleValue == number.doubleValue.rounded()
                ? .integer(number.int64Value) : .number(number.doubleValue)
        default: throw GantryError(.invalid, "\(value) is no value of an example")
        }
    }

    @Test("The document's tables are true")
    func tables() throws {
        let rows = try Self.rows("search", .search) + Self.rows("condition", .condition)
        #expect(rows.count > 40)
        for row in rows {
            let expression =
                try row.form == .search
                ? BooleanExpression.search(row.expression) : BooleanExpression.condition(row.expression)
            let matcher = try Matcher(expression)
            #expect(!row.holdsFor.isEmpty)
            for record in row.holdsFor {
                #expect(matcher.matches(TestRecord(record)), "\(row.expression) on \(record)")
            }
            for record in row.failsFor {
                #expect(!matcher.matches(TestRecord(record)), "\(row.expression) on \(record)")
            }
        }
    }

    @Test("The document's mistake is shown as it is printed there")
    func mistake() throws {
        let error = try #require(throws: ExpressionError.self) {
            try BooleanExpression.search("超时 level: error")
        }
        #expect(try Self.document().contains("```\n\(error)\n```"))
    }

    @Test("The document names the limits")
    func limits() throws {
        let values = try Self.table("what").map { $0[2].split(separator: " ").first.map(String.init) }
        let limits = [
            ExpressionLimits.sourceBytes, ExpressionLimits.depth, ExpressionLimits.terms,
            ExpressionLimits.regexes,
            ExpressionLimits.regexBytes,
            Int(ExpressionLimits.regexSteps), Int(ExpressionLimits.regexHeapKiB),
        ]
        #expect(values == limits.map { String($0) })
    }

    @Test("The document's amounts are read")
    func amounts() throws {
        for row in try Self.table("written") {
            for code in Self.codes(row[1]) { #expect(Quantity(code) != nil, "\(code)") }
        }
        let placeholders = try Self.document().matches(of: /`(\[[A-Z_]+\])`/).map { String($0.1) }
        #expect(Set(placeholders) == Set(FieldSchema.checks.types.keys))
    }
}
