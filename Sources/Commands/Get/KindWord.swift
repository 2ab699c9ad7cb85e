import ArgumentParser
import Specification

/// A kind of object as people write it: in the singular, the plural, or short.
protocol KindWord: RawRepresentable, CaseIterable where RawValue == String {
    /// Everything that means this kind besides its raw value.
    var otherWords: [String] { get }
}

extension KindWord {
    /// - Throws: wrong use, with the nearest kind there is.
    static func named(_ text: String) throws -> Self {
        let word = text.lowercased()
        if let kind = allCases.first(where: { $0.rawValue == word || $0.otherWords.contains(word) }) {
            return kind
        }
        let hint = Nearest.hint(word, among: allCases.map(\.rawValue))
        throw ValidationError("there is no kind \(text); \(hint)")
    }

    static var completion: CompletionKind { .list(allCases.map(\.rawValue)) }
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
