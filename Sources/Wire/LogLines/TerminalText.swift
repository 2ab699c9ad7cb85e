/// Text of services made safe for a terminal: what would move the cursor, change colours, set the title or reorder
/// the line is shown instead of obeyed.
public enum TerminalText {
    /// Shows control characters as `\n`, `\x1B`, `\u{202E}`. Tabs stay; lines stay when `keepsLines` is set.
    public static func safe(_ text: String, keepsLines: Bool = false) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\t" || (keepsLines && scalar == "\n") || !isControl(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: shown(scalar).unicodeScalars)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line separators, and what changes the direction of the rest of the line.
        case 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return scalar.value < 0x100
                ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
        }
    }
}
