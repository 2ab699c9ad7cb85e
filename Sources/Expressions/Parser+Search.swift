extension Parser {
    /// Reads a word, a phrase, a bare regular expression, `*` or `field:value`.
    mutating func parseSearchTerm() throws(ExpressionError) -> ExpressionNode {
        let start = at
        if take("~") {
            let pattern = try parseRegex()
            try add(TermPlace(whole: start..<at))
            return .text(.regex(pattern))
        }
        if peek == UInt8(ascii: "\"") { return try parseQuotedTerm() }
        try refuseForeignSigns()
        let end = wordEnd(at, stops: ":")
        if byte(end) == UInt8(ascii: ":") {
            let name = try fieldName(at..<end)
            at = end + 1
            return try parseFieldTest(.field(FieldPath(name)), field: start..<end)
        }
        if let next = byte(end), next == UInt8(ascii: "<") || next == UInt8(ascii: ">") {
            throw comparisonWithoutColon(at..<end)
        }
        guard end > at else { throw unexpectedCharacter() }
        at = end
        return try parseWord(start..<end)
    }

    private mutating func parseQuotedTerm() throws(ExpressionError) -> ExpressionNode {
        let start = at
        let phrase = try parseQuoted()
        if peek == UInt8(ascii: ":") {
            guard !phrase.isEmpty else { throw error(.unexpected, "a field name is empty", at: start..<at) }
            let field = start..<at
            at += 1
            return try parseFieldTest(.field(FieldPath(phrase)), field: field)
        }
        guard !phrase.isEmpty else {
            throw error(
                .missingValue, "an empty phrase finds nothing", hint: "write * for every record",
                at: start..<at)
        }
        let isPrefix = take("*")
        try add(TermPlace(whole: start..<at))
        return .text(isPrefix ? .prefix(phrase) : .phrase(phrase))
    }

    private mutating func parseWord(_ range: Range<Int>) throws(ExpressionError) -> ExpressionNode {
        let word = text(range)
        // A star holds for every record: it is no test, and has no place.
        if word == "*" { return .all }
        if word == "&&" {
            throw error(.unexpected, "&& is no operator", hint: "write AND, or quote it", at: range)
        }
        try add(TermPlace(whole: range))
        guard let star = bytes[range].firstIndex(of: UInt8(ascii: "*")) else { return .text(.phrase(word)) }
        guard star == range.upperBound - 1 else { throw misplacedStar(star) }
        return .text(.prefix(text(range.lowerBound..<star)))
    }

    func misplacedStar(_ place: Int) -> ExpressionError {
        error(
            .unexpected, "a star may stand at the end of a word only",
            hint: #"write ~"a.*b" for a pattern, or put a star that means itself in quotes"#,
            at: place..<place + 1)
    }

    mutating func add(_ place: TermPlace) throws(ExpressionError) {
        try count(place.whole)
        places.append(place)
    }

    /// Checks the name before a colon.
    func fieldName(_ range: Range<Int>) throws(ExpressionError) -> String {
        let name = text(range)
        if range.isEmpty {
            throw error(
                .unexpected, "a field name is missing before this colon",
                hint: #"put a colon that means itself in quotes: "a::b""#,
                at: range.lowerBound..<range.lowerBound + 1)
        }
        guard Self.isPlainName(name) else {
            throw error(
                .unexpected, "\(shown(name)) is no field name",
                hint:
                    #"put a text with a colon in quotes: "12:30"; a field with an odd name, too: "odd name":value"#,
                at: range)
        }
        return name
    }

    /// Letters, digits and `_ . - / @ $`, with a letter among them: `http.response.status_code`, `k8s/pod`.
    static func isPlainName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first != "-" else { return false }
        var hasLetter = false
        for scalar in name.unicodeScalars {
            if Letters.kind(scalar) != .other {
                hasLetter = hasLetter || !(48...57).contains(scalar.value)
            } else if !"_.-/@$".unicodeScalars.contains(scalar) {
                return false
            }
        }
        return hasLetter
    }

    private func unexpectedCharacter() -> ExpressionError {
        switch peek {
        case UInt8(ascii: "|"):
            error(
                .unexpected, "a search has no pipes",
                hint: #"write OR for "one of"; put a | that means itself in quotes"#, at: at..<at + 1)
        default:
            error(
                .unexpected, "this cannot stand here", hint: "put characters that mean themselves in quotes",
                at: at..<at + 1)
        }
    }

    private func comparisonWithoutColon(_ word: Range<Int>) -> ExpressionError {
        let name = text(word)
        let sign = word.upperBound
        let end = byte(sign + 1) == UInt8(ascii: "=") ? sign + 2 : sign + 1
        let example = Self.isPlainName(name) ? name : "duration"
        return error(
            .unexpected, "a comparison in a search stands after a colon",
            hint:
                "write \(shown(example)):\(text(sign..<end))VALUE, or put a \(text(sign..<sign + 1)) that means itself in quotes",
            at: word.lowerBound..<end)
    }

    /// Signs of Chinese and Japanese keyboards in the place of ours: taken as letters, they would find nothing.
    private func refuseForeignSigns() throws(ExpressionError) {
        let end = wordEnd(at, stops: ":")
        let word = text(at..<end)
        var place = at
        for (index, scalar) in word.unicodeScalars.enumerated() {
            let meant: String? =
                switch scalar {
                case "\u{201C}", "\u{201D}", "\u{FF02}": index == 0 ? "\"" : nil
                case "\u{FF08}": index == 0 ? "(" : nil
                case "\u{FF1A}": bytes[at..<place].allSatisfy { $0 < 0x80 } && place > at ? ":" : nil
                default: nil
                }
            if let meant {
                throw error(
                    .unexpected, "\(scalar) is no sign of the language",
                    hint: "write \(meant), or put the text in \" quotes if the sign is part of it",
                    at: place..<place + Letters.length(scalar))
            }
            place += Letters.length(scalar)
        }
    }
}
