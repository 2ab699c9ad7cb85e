import Wire

/// Rows under headings, each column as wide as its widest cell.
struct Table {
    var headings: [String]
    var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    /// A column that may be cut where the screen is too narrow, at its end or its beginning.
    struct Shrinking {
        var column: Int
        var keepsEnd = false
    }

    /// No column is cut below this.
    private static let leastWidth = 8

    /// With a newline at the end of each line; lines are at most as long as the columns say, where cutting helps.
    func text(columns: Int? = nil, shrinking: [Shrinking] = []) -> String {
        let cells = ([headings] + rows).map {
            $0.map {
                TerminalText.safe($0.split(separator: "\n").first.map(String.init) ?? "", keepsLines: true)
            }
        }
        var widths = [Int](repeating: 0, count: headings.count)
        for row in cells {
            for (column, cell) in row.enumerated() {
                widths[column] = max(widths[column], Terminal.width(cell))
            }
        }
        let over = widths.reduce(0, +) + 2 * (widths.count - 1) - (columns ?? .max)
        for _ in 0..<max(0, over) {
            let widest = shrinking.map(\.column).max { widths[$0] < widths[$1] }
            guard let widest, widths[widest] > Self.leastWidth else { break }
            widths[widest] -= 1
        }
        return cells.map { row in
            var line = ""
            for (column, whole) in row.enumerated() {
                let rule = shrinking.first { $0.column == column }
                let cell =
                    rule.map { Terminal.cut(whole, to: widths[column], keepingEnd: $0.keepsEnd) } ?? whole
                line += cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - Terminal.width(cell) + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// Prints the table; without rows nothing but a notice of what is not there, and what to do next.
    func print(whenEmpty notice: String, next: String? = nil, shrinking: [Shrinking] = []) {
        guard rows.isEmpty else {
            return Swift.print(text(columns: Terminal.columns, shrinking: shrinking), terminator: "")
        }
        Notice.say(notice)
        if let next { Notice.say("  hint: \(next)") }
    }
}
