extension Parser {
    /// Reads `"…"` with the escapes `\" \\ \n \r \t`; `at` stands at the opening quote.
    mutating func parseQuoted() throws(ExpressionError) -> String {
        let open = at
        var content: [UInt8] = []
        at += 1
        while let byte = peek {
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content.append(try parseEscape())
            default:
                content.append(byte)
            }
        }
        throw unclosedQuote(open)
    }

    private mutating func parseEscape() throws(ExpressionError) -> UInt8 {
        let start = at - 1
        guard let byte = peek else {
            throw error(.badEscape, "the text ends after a backslash", at: start..<at)
        }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        default:
            throw error(
                .badEscape, "no escape of a quoted text begins with this", hint: #"write \\ for a backslash"#,
                at: start..<at)
        }
    }

    /// Reads `"…"` where a backslash belongs to the expression, but for `\"`, and has it compiled to find mistakes.
    mutating func parseRegex() throws(ExpressionError) -> String {
        let tilde = at - 1
        guard peek == UInt8(ascii: "\"") else {
            throw error(
                .missingValue, "a regular expression stands in quotes", hint: #"write ~"time(d out|out)""#,
                at: tilde..<max(at, wordEnd(at)))
        }
        let open = at
        var pattern: [UInt8] = []
        // Where each byte of the pattern stands in the source.
        var origin: [Int] = []
        at += 1
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), self.byte(at + 1) == UInt8(ascii: "\"") {
                at += 1
            } else if byte == UInt8(ascii: "\\"), self.byte(at + 1) == UInt8(ascii: "\\") {
                pattern.append(byte)
                origin.append(at)
                at += 1
            }
            pattern.append(bytes[at])
            origin.append(at)
            at += 1
        }
        guard !isAtEnd else { throw unclosedQuote(open) }
        origin.append(at)
        at += 1
        guard !pattern.isEmpty else {
            throw error(
                .missingValue, "the regular expression is empty", hint: "write field:* for any value",
                at: open..<at)
        }
        try countRegex(open..<at)
        let text = String(decoding: pattern, as: UTF8.self)
        do throws(RegularExpression.Mistake) {
            _ = try RegularExpression(text)
        } catch {
            let place = origin[min(error.offset, origin.count - 1)]
            throw self.error(
                .badRegex, "the regular expression cannot be read: \(error.message)",
                hint: #"put a backslash before a character that means itself, as in \( or \."#,
                at: min(place, at - 2)..<min(place, at - 2) + 1)
        }
        return text
    }

    private func unclosedQuote(_ open: Int) -> ExpressionError {
        error(
            .unclosedQuote, "this quote is not closed",
            hint: #"add ", or write \" for a quote within the text"#,
            at: open..<open + 1)
    }
}
