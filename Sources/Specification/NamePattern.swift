/// The pattern of a business for its services' names: `*` is any run of characters, `?` is one, `|` parts
/// alternatives, everything else is itself, and the whole name must fit.
///
/// No regular expression, so that no pattern can take long.
package struct NamePattern: Sendable, Hashable {
    package static let lengthLimit = 200
    package static let form =
        "a pattern such as yd-*|web-*: a-z, 0-9, -, * for any characters, ? for one, | between alternatives"

    private var alternatives: [[UInt8]]

    package init(_ text: String) {
        alternatives = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map(
            Array.init)
    }

    package static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= lengthLimit
            && text.utf8.allSatisfy {
                ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || "-*?|".utf8.contains($0)
            }
            && !NamePattern(text).alternatives.contains([])
    }

    package func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        return alternatives.contains { Self.matches(name, $0) }
    }

    /// Goes back to the last star only, which is enough for such patterns and never worse than quadratic.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (at, p) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, at)
                p += 1
            } else if p < pattern.count, pattern[p] == name[at] || pattern[p] == UInt8(ascii: "?") {
                at += 1
                p += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (p, at) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
