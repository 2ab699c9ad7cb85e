package import GantryBase

/// What a person wants to know of a commit.
package struct CommitInfo: Sendable, Hashable {
    package var id: String
    package var subject: String
    package var authorName: String
    package var committedAt: Timestamp
}

/// The names that git gives to objects and refs.
enum ObjectName {
    /// Whether it is a whole name of SHA-1 or SHA-256: never an option, a range or an expression.
    static func isWhole(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The name of nothing: the old side of a creation, the new side of a deletion.
    static func isZero(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

    static func check(_ text: String) throws {
        guard isWhole(text) else {
            throw GantryError(
                .invalid, "\(printable(text)) is no commit", hint: "give all 40 or 64 hexadecimal digits")
        }
    }

    /// Makes foreign text fit for a message: short, on one line, without control characters.
    static func printable(_ text: String, limit: Int = 100) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.prefix(limit).map { Self.isControl($0) ? "?" : $0 }))
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
