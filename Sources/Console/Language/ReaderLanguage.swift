/// A language that the console speaks.
package enum ReaderLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case chinese = "zh"

    /// As `lang` wants it: the script matters for Chinese, since fonts differ by it.
    package var tag: String { self == .chinese ? "zh-Hans" : "en" }

    /// What it calls itself; the same on every page.
    package var ownName: Phrase { .verbatim(self == .chinese ? "中文" : "English") }

    /// Chooses from an `Accept-Language` field: the highest weight wins, then the earlier one; English where neither is asked for.
    package static func accepted(_ field: String) -> ReaderLanguage {
        var best: (language: ReaderLanguage, weight: Double)?
        // A browser sends about five; what is beyond fifty is not read.
        for entry in field.split(separator: ",").prefix(50) {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let primary = parts.first?.split(separator: "-").first.map(String.init) else { continue }
            let language: ReaderLanguage
            switch primary {
            case "zh": language = .chinese
            case "en", "*": language = .english
            default: continue
            }
            let stated = parts.dropFirst().first { $0.hasPrefix("q=") }
            let weight = stated.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if weight > 0, weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language ?? .english
    }
}
