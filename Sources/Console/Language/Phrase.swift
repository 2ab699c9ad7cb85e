/// A text of our own, in every language of the console: it cannot be made without one of them.
///
/// Phrases that belong to one page stand beside that page; those of several stand in `Phrase+Common.swift`.
package struct Phrase: Sendable, Hashable {
    private let english: String
    private let chinese: String

    package init(_ english: String, _ chinese: String) { (self.english, self.chinese) = (english, chinese) }

    /// What is the same in every language: names, numbers, what people wrote.
    package static func verbatim(_ text: String) -> Phrase { Phrase(text, text) }

    package subscript(language: ReaderLanguage) -> String { language == .chinese ? chinese : english }

    /// Counts things; English needs two forms.
    package static func count(_ count: Int, _ one: String, _ many: String, _ chinese: String) -> Phrase {
        let number = Formats.grouped(count)
        return Phrase("\(number) \(count == 1 ? one : many)", "\(number) \(chinese)")
    }
}
