import Foundation

/// What a terminal may be sent.
enum Terminal {
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether colours may be used; https://no-color.org says how people refuse them.
    static var hasColour: Bool {
        isInteractive && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
    }

    /// Columns of the screen, as `COLUMNS` or the terminal says; nil where lines may be as long as they are.
    static var columns: Int? {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text), columns > 0 {
            return max(columns, leastColumns)
        }
        var size = winsize()
        guard isInteractive, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return max(Int(size.ws_col), leastColumns)
    }

    /// On less no table can be read.
    private static let leastColumns = 40

    /// The text cut to so many columns, with a sign where something is gone.
    static func cut(_ text: String, to columns: Int, keepingEnd: Bool = false) -> String {
        guard width(text) > columns else { return text }
        var (kept, used) = ([Character](), 1)
        for character in keepingEnd ? Array(text.reversed()) : Array(text) {
            let wide = width(String(character))
            guard used + wide <= columns else { break }
            kept.append(character)
            used += wide
        }
        return keepingEnd ? "…" + String(kept.reversed()) : String(kept) + "…"
    }

    static func padded(_ text: String, to columns: Int) -> String {
        let text = cut(text, to: columns)
        return text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    /// Columns that a text takes: Chinese, Japanese and Korean characters take two.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x0300...0x036F, 0x200B...0x200D, 0xFE00...0xFE0F: width
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
                0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                width + 2
            default: width + 1
            }
        }
    }
}
