/// Takes out of a path what varies from call to call: `/articles/4711/comments` becomes `/articles/{id}/comments`.
///
/// Where a framework tells its route, that is used instead; this is for those that do not. It errs towards `{id}`: a
/// name taken for an id costs a little sharpness, an id taken for a name makes an interface of each call.
package enum PathPattern {
    /// Segments that are kept; deeper paths end in `*`.
    static let segments = 8
    /// In bytes: a longer segment is no name that a person gave.
    static let longestName = 40
    /// In bytes of hexadecimal digits with at least one numeral among them.
    static let shortestHex = 8

    package static func of(_ path: some StringProtocol) -> String {
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        let parts = path[..<(end ?? path.endIndex)].split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty else { return "/" }
        var pattern = ""
        for part in parts.prefix(segments) {
            pattern += "/"
            pattern += isVariable(part) ? "{id}" : String(part)
        }
        return parts.count > segments ? pattern + "/*" : pattern
    }

    private static func isVariable(_ segment: some StringProtocol) -> Bool {
        var (digits, hex, letters, others, count) = (0, 0, 0, 0, 0)
        for byte in segment.utf8 {
            count += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): hex += 1
            case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"): others += 1
            // What is escaped or not ASCII was typed by a person: a search, a name.
            default: return true
            }
        }
        if count > longestName { return true }
        guard digits > 0 else { return false }
        // Numbers, dates, versions of an API aside: v1, v2.
        if hex + letters == 0 { return true }
        if letters == 0, digits + hex >= shortestHex { return true }
        // Ids such as `ord-20260101-88` and `a1b2c3x9`: half numerals.
        return digits >= 4 && digits * 2 >= hex + letters
    }
}
