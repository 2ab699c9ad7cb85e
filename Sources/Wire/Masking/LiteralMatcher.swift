#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Finds given texts, byte by byte the same. Of several that begin at one place the longest is taken.
struct LiteralMatcher: Sendable, Hashable {
    /// The literals that begin with each byte, the longest first; empty when there are none at all.
    private let byFirst: [[[UInt8]]]

    init(_ literals: [String]) {
        let usable = Set(literals.map { Array($0.utf8) })
            .filter { $0.count >= MaskingScanner.shortestLiteral }
            .sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count }
            .prefix(MaskingScanner.mostLiterals)
        guard !usable.isEmpty else {
            byFirst = []
            return
        }
        var table = [[[UInt8]]](repeating: [], count: 256)
        for literal in usable { table[Int(literal[0])].append(literal) }
        byFirst = table
    }

    func next(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> MaskingScanner.Match? {
        guard !byFirst.isEmpty, let base = text.baseAddress else { return nil }
        return byFirst.withUnsafeBufferPointer { table in
            for at in start..<max(start, text.count) where !table[Int(text[at])].isEmpty {
                for literal in table[Int(text[at])]
                where literal.count <= text.count - at && memcmp(base + at, literal, literal.count) == 0 {
                    return MaskingScanner.Match(range: at..<at + literal.count, kind: .literal)
                }
            }
            return nil
        }
    }
}
