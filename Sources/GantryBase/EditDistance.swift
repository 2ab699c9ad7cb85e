/// How far apart two words are: for hints at what a misspelt one was meant to be.
package enum EditDistance {
    /// Counts insertions, deletions, replacements and swaps of neighbours, each as one (optimal string alignment). The
    /// work grows with the product of the lengths: callers bound them.
    package static func between(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var row = Array(0...b.count)
        for i in 0..<a.count {
            var next = [i + 1]
            for j in 0..<b.count {
                var edits = min(next[j] + 1, row[j + 1] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, before[j - 1] + 1) }
                next.append(edits)
            }
            (before, row) = (row, next)
        }
        return row[b.count]
    }
}
