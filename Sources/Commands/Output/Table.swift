/// Rows under headings, each column as wide as its widest cell.
struct Table {
    var headings: [String]
    var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    /// With a newline at the end of each line.
    func text() -> String {
        let cells = ([headings] + rows).map {
            $0.map { Terminal.safe($0.split(separator: "\n").first.map(String.init) ?? "") }
        }
        var widths = [Int](repeating: 0, count: headings.count)
        for row in cells {
            for (column, cell) in row.enumerated() {
                widths[column] = max(widths[column], Terminal.width(cell))
            }
        }
        return cells.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
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
    func print(whenEmpty notice: String, next: String? = nil) {
        guard rows.isEmpty else { return Swift.print(text(), terminator: "") }
        Notice.say(notice)
        if let next { Notice.say("  hint: \(next)") }
    }
}
