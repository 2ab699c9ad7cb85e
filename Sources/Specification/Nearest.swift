import GantryBase

/// Finds what a writer may have meant among the words that are known.
package enum Nearest {
    /// Longer words are not compared: the distance costs the product of the lengths.
    static let lengthLimit = 64
    /// More words than this are not listed in a hint.
    static let listLimit = 24

    package static func hint(_ word: String, among known: [String]) -> String {
        if let near = find(word, among: known) { return "did you mean \(near)?" }
        if known.isEmpty { return "none are known here" }
        let list = known.prefix(listLimit).joined(separator: ", ")
        return "known here: \(list)\(known.count > listLimit ? ", …" : "")"
    }

    /// - Returns: the nearest word, when no more than a third of its letters differ.
    static func find(_ word: String, among known: [String]) -> String? {
        guard word.utf8.count <= lengthLimit else { return nil }
        let letters = Array(word.lowercased().utf8)
        let measured = known.map { ($0, EditDistance.between(letters, Array($0.lowercased().utf8))) }
        guard let best = measured.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(1, max(letters.count, best.0.utf8.count) / 3) ? best.0 : nil
    }
}
