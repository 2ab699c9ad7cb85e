/// Writes texts as YAML scalars that read back as the same texts.
enum YAMLText {
    /// - Returns: plain where nothing can be misread, else in double quotes.
    static func scalar(_ text: String) -> String {
        let safe = text.utf8.allSatisfy { byte in
            TextForm.isAlphanumeric(byte) || "_-./@+%".utf8.contains(byte)
        }
        let first = text.utf8.first
        let plain =
            safe && first.map { TextForm.isAlphanumeric($0) || $0 == UInt8(ascii: "/") } == true
            && YAMLNode.kind(ofPlain: text) == .string && !old.contains(text.lowercased())
            && !TextForm.isDigit(first ?? 0)
        return plain ? text : quoted(text)
    }

    /// Readers of YAML 1.1 take these for truth values.
    private static let old: Set<String> = ["y", "n", "yes", "no", "on", "off"]

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    static func list(_ items: [String]) -> String { "[\(items.map(scalar).joined(separator: ", "))]" }
}
