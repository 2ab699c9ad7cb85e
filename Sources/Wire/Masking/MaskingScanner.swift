#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Finds what identifies people in text and puts fixed marks in its place, before anything is stored or sent.
///
/// Works on the bytes of UTF-8 and in place, since every mark is shorter than what it stands for. It knows Chinese
/// mobile numbers, identity-card numbers with a right check digit, bank cards with a right Luhn digit, and literals of
/// the platform's own. A longer run of digits that is none of these stays as it is.
public struct MaskingScanner: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case phone
        case identityCard = "id-card"
        case bankCard = "bank-card"
        case literal

        /// What stands in the place of a match.
        public var mark: StaticString {
            switch self {
            case .phone: "[phone]"
            case .identityCard: "[id-card]"
            case .bankCard: "[bank-card]"
            case .literal: "***"
            }
        }
    }

    /// How many of each kind were masked.
    public struct Counts: Sendable, Hashable {
        public private(set) var phones = 0
        public private(set) var identityCards = 0
        public private(set) var bankCards = 0
        public private(set) var literals = 0

        public init() {}

        public var total: Int { phones + identityCards + bankCards + literals }

        public mutating func add(_ kind: Kind) {
            switch kind {
            case .phone: phones += 1
            case .identityCard: identityCards += 1
            case .bankCard: bankCards += 1
            case .literal: literals += 1
            }
        }
    }

    /// In bytes: a literal must not be shorter than its mark, and a shorter one would hit by chance.
    public static let shortestLiteral = 4
    /// More are a dictionary, not a mask.
    public static let mostLiterals = 256

    private let numbers: NumberMatcher
    private let literals: LiteralMatcher

    /// Literals shorter than the limit, and those beyond the largest number, are left out: check before.
    public init(kinds: Set<Kind> = Set(Kind.allCases), literals: [String] = []) {
        numbers = NumberMatcher(kinds: kinds)
        self.literals = LiteralMatcher(kinds.contains(.literal) ? literals : [])
    }

    struct Match {
        var range: Range<Int>
        var kind: Kind
    }

    /// Masks bytes in place and returns how many are left of them.
    public func mask(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ counts: inout Counts) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        let text = UnsafeBufferPointer(bytes)
        var (read, written) = (0, 0)
        func keep(upTo end: Int) {
            if read != written { memmove(start + written, start + read, end - read) }
            written += end - read
            read = end
        }
        forEachMatch(in: text) { range, kind in
            keep(upTo: range.lowerBound)
            let mark = kind.mark
            memcpy(start + written, mark.utf8Start, mark.utf8CodeUnitCount)
            written += mark.utf8CodeUnitCount
            read = range.upperBound
            counts.add(kind)
        }
        keep(upTo: bytes.count)
        return written
    }

    public func mask(_ bytes: inout [UInt8], _ counts: inout Counts) {
        let left = bytes.withUnsafeMutableBufferPointer { mask($0, &counts) }
        bytes.removeLast(bytes.count - left)
    }

    /// Masks text; one without a match is returned as it is, without a copy.
    public func mask(_ text: String, _ counts: inout Counts) -> String {
        var text = text
        let matches = text.withUTF8 { utf8 in
            numbers.next(in: utf8, from: 0) != nil || literals.next(in: utf8, from: 0) != nil
        }
        guard matches else { return text }
        var bytes = Array(text.utf8)
        mask(&bytes, &counts)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls `body` with every match, in order and without overlap. `body` may overwrite what
    /// lies before the end of its match: nothing looks back there.
    public func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Kind) -> Void) {
        var number = numbers.next(in: text, from: 0)
        var literal = literals.next(in: text, from: 0)
        while let match = Self.first(number, literal) {
            let end = match.range.upperBound
            body(match.range, match.kind)
            if let found = number, found.range.lowerBound < end { number = numbers.next(in: text, from: end) }
            if let found = literal, found.range.lowerBound < end {
                literal = literals.next(in: text, from: end)
            }
        }
    }

    private static func first(_ a: Match?, _ b: Match?) -> Match? {
        guard let a, let b else { return a ?? b }
        return b.range.lowerBound <= a.range.lowerBound ? b : a
    }
}
