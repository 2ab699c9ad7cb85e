import ArgumentParser
import Wire
import Yams

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, yaml
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to print: table, json or yaml.") var output: OutputFormat = .table

    /// Prints a value as JSON or YAML; for a table see `Table`.
    func print(_ value: JSONValue) throws {
        let text =
            output == .json
            ? String(decoding: JSON.write(value, pretty: true), as: UTF8.self) + "\n" : try value.yaml()
        Swift.print(text, terminator: "")
    }
}

extension JSONValue {
    /// The value as YAML, members in their order.
    func yaml() throws -> String { try Yams.serialize(node: node, allowUnicode: true) }

    private var node: Node {
        switch self {
        case .null: Node("null", Tag(.null))
        case .bool(let value): Node(value ? "true" : "false", Tag(.bool))
        case .integer(let value): Node("\(value)", Tag(.int))
        case .number(let value): Node("\(value)", Tag(.float))
        case .string(let text):
            Node(
                text, Tag(.str),
                text.contains("\n") ? .literal : JSONValue.needsQuotes(text) ? .doubleQuoted : .any)
        case .array(let values): Node(values.map(\.node))
        case .object(let members): Node(members.map { (Node($0.name, Tag(.str)), $0.value.node) })
        }
    }

    /// Text that a reader would take for a number, a truth or nothing.
    private static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty || ["null", "~", "true", "false", "yes", "no", "on", "off"].contains(text.lowercased())
            || Double(text) != nil
    }
}
