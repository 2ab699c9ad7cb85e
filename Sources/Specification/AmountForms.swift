import GantryBase

/// The forms of amounts with units, each with the bounds that make sense for it.
extension TextForm {
    /// - Parameter range: held by the decoder; a schema's pattern cannot compare durations.
    static func period(_ range: ClosedRange<Period>) -> TextForm {
        TextForm(
            Period.form,
            pattern: "^(0|(?=[0-9])([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?)$",
            code: "wrong-unit", hint: "write \(Period.form)", numbers: .zero
        ) { text in
            guard hasShortNumbers(text), let period = Period(text) else {
                return Problem(message: "\"\(YAMLNode.short(text))\" is not \(Period.form)", hint: nil)
            }
            guard range.contains(period) else {
                return Problem(
                    message: "\(text) is out of range",
                    hint: "write a duration from \(range.lowerBound) to \(range.upperBound)",
                    code: "out-of-range")
            }
            return nil
        }
    }

    static let cpu = bounds(
        CPUAmount.form, one: "([0-9]{1,9}m|[0-9]{1,6}(\\.[0-9]{1,9})?)",
        numbers: .all,
        example: "250m..1 (request..limit) or one amount for both"
    ) { text in
        let body = text.hasSuffix("m") ? text.dropLast() : Substring(text)
        let parts = body.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let whole = text.hasSuffix("m") || parts.count == 1
        return
            (whole ? parts.count == 1 && body.utf8.count <= (text.hasSuffix("m") ? 9 : 6) : parts.count == 2)
            && parts.allSatisfy(isNumber) && parts[0].count <= 9
            && (whole || parts[1].count <= 9 && parts[0].count <= 6)
            && CPUAmount(text) != nil
    }

    static let memory = bounds(
        ByteCount.form, one: "[0-9]{1,15}(Ti|Gi|Mi|Ki)?",
        numbers: .integers,
        example: "256Mi..512Mi (request..limit) or one amount for both"
    ) { text in
        text.utf8.prefix(while: isDigit).count <= 15 && ByteCount(text) != nil
    }

    private static func bounds(
        _ form: String, one: String, numbers: Numbers, example: String,
        isAmount: @escaping @Sendable (String) -> Bool
    ) -> TextForm {
        TextForm(
            form, pattern: "^\(one)(\\.\\.\(one))?$", code: "wrong-unit", hint: "write \(example)",
            numbers: numbers
        ) { text in
            let parts = Self.parts(ofBounds: text)
            return (1...2).contains(parts.count) && parts.allSatisfy(isAmount)
        }
    }

    /// `250m..1` is two parts, `1.5` is one.
    static func parts(ofBounds text: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(text)
        while let dots = rest.firstRange(of: "..") {
            parts.append(String(rest[..<dots.lowerBound]))
            rest = rest[dots.upperBound...]
        }
        return parts + [String(rest)]
    }

    /// Nine digits of any unit fit a duration without overflow.
    private static func hasShortNumbers(_ text: String) -> Bool {
        var run = 0
        for byte in text.utf8 {
            run = isDigit(byte) ? run + 1 : 0
            if run > 9 { return false }
        }
        return true
    }
}
