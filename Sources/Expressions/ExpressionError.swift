package import GantryBase

/// Says what is wrong with an expression, and where.
package struct ExpressionError: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case empty
        /// Something stands where it cannot.
        case unexpected
        case unclosedQuote = "unclosed-quote"
        case unclosedParenthesis = "unclosed-parenthesis"
        /// AND, OR, NOT or a comparison lacks a side.
        case missingOperand = "missing-operand"
        case missingValue = "missing-value"
        case badEscape = "bad-escape"
        case badRegex = "bad-regex"
        case unknownFunction = "unknown-function"
        case unknownField = "unknown-field"
        /// The field's type does not allow the test.
        case wrongType = "wrong-type"
        case tooLong = "too-long"
        case tooDeep = "too-deep"
        case tooManyTerms = "too-many-terms"
    }

    package let kind: Kind
    /// One sentence without a full stop.
    package let message: String
    /// What to do next.
    package let hint: String?
    package let source: String
    /// In bytes of UTF-8; a place at the end of the source has length 0.
    package let utf8Offset: Int
    package let utf8Length: Int
    /// In characters as people see them.
    package let offset: Int
    package let length: Int

    /// - Parameter range: in bytes; may lie within a character, which is then taken whole.
    init(_ kind: Kind, _ message: String, hint: String? = nil, at range: Range<Int>, in source: String) {
        (self.kind, self.message, self.hint, self.source) = (kind, message, hint, source)
        let count = source.utf8.count
        let start = Self.character(at: min(max(range.lowerBound, 0), count), in: source)
        var end = Self.character(at: min(max(range.upperBound, 0), count), in: source)
        if range.upperBound > source.utf8.distance(from: source.startIndex, to: end), end < source.endIndex {
            end = source.index(after: end)
        }
        end = max(start, end)
        utf8Offset = source.utf8.distance(from: source.startIndex, to: start)
        utf8Length = source.utf8.distance(from: start, to: end)
        offset = source.distance(from: source.startIndex, to: start)
        length = source.distance(from: start, to: end)
    }

    /// The start of the character that the byte at `offset` belongs to.
    private static func character(at offset: Int, in source: String) -> String.Index {
        let index = source.utf8.index(source.startIndex, offsetBy: offset)
        return index == source.endIndex ? index : source.startOfCharacter(at: index)
    }

    /// The error that leaves this part: the message with the place marked under the source.
    package var gantryError: GantryError {
        let limits: [Kind] = [.tooLong, .tooDeep, .tooManyTerms]
        return GantryError(limits.contains(kind) ? .limit : .invalid, message + "\n" + excerpt, hint: hint)
    }
}

extension String {
    fileprivate func startOfCharacter(at index: Index) -> Index {
        // A walk, since what the library does with an index within a character is not written down.
        var start = startIndex
        while start < endIndex {
            let next = self.index(after: start)
            if next > index { return start }
            start = next
        }
        return start
    }
}
