/// The names that start with a prefix, as a range in the order of UTF-8 bytes: an index answers it, unlike a pattern.
package struct NameRange: Sendable, Hashable {
    package var first: String
    /// The first name behind the range; nil when the range has no end.
    package var end: String?

    package init(prefix: String) {
        first = prefix
        end = Self.successor(of: prefix)
    }

    /// The smallest text that comes after every text with this prefix; nil when there is none.
    private static func successor(of prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            // Surrogates are no scalars: what follows U+D7FF is U+E000.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            scalars.append(scalar)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return String(text)
        }
        return nil
    }
}
