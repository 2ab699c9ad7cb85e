extension BooleanExpression {
    /// Finds what cannot work with the fields of `schema`: unknown names, and tests that a field's type does not allow.
    /// All mistakes at once, from left to right.
    package func mistakes(with schema: FieldSchema) -> [ExpressionError] {
        var checker = Checker(expression: self, schema: schema)
        root.eachTerm { checker.check($0) }
        return checker.mistakes
    }
}

/// Walks the terms of one expression.
private struct Checker {
    let expression: BooleanExpression
    let schema: FieldSchema
    var mistakes: [ExpressionError] = []
    private var index = 0

    init(expression: BooleanExpression, schema: FieldSchema) {
        (self.expression, self.schema) = (expression, schema)
    }

    mutating func check(_ node: ExpressionNode) {
        let whole = 0..<expression.source.utf8.count
        let place = index < expression.places.count ? expression.places[index] : TermPlace(whole: whole)
        index += 1
        guard mistakes.count < ExpressionLimits.reportedMistakes else { return }
        guard case .term(let subject, let test) = node else { return }
        guard let type = schema.type(of: subject.path) else {
            mistakes.append(unknown(subject.path, at: place.field ?? place.whole))
            return
        }
        if case .compare(_, .subject(let other)) = test, schema.type(of: other.path) == nil {
            mistakes.append(unknown(other.path, at: place.values.first ?? place.whole))
        }
        if case .length = subject {
            checkLength(test, place)
        } else {
            check(test, type, subject.path.name, place)
        }
    }

    private func unknown(_ path: FieldPath, at range: Range<Int>) -> ExpressionError {
        let near = NearestName.of(path.name, among: schema.types.keys.sorted())
        let some = schema.types.keys.sorted().prefix(5).joined(separator: ", ")
        return error(
            .unknownField, "there is no field \(shown(path.name))",
            hint: near.map { "do you mean \($0)?" } ?? (some.isEmpty ? nil : "known are \(some)"), at: range)
    }

    private mutating func checkLength(_ test: FieldTest, _ place: TermPlace) {
        switch test {
        case .compare(_, .subject), .exists: return
        case .compare(_, .literal(let literal)):
            if case .integer = literal.quantity { return }
        default: break
        }
        report("len() is a number", hint: "write len(…) > 0", place, 0)
    }

    private mutating func check(
        _ test: FieldTest, _ type: FieldSchema.FieldType, _ name: String, _ place: TermPlace
    ) {
        switch test {
        case .exists, .compare(_, .subject): return
        case .matches(let list):
            for (index, value) in list.enumerated() {
                switch value {
                case .literal(let literal): check(literal, ordered: false, type, name, place, index)
                case .prefix: checkText(type, name, place, index)
                }
            }
        case .regex, .glob: checkText(type, name, place, 0)
        case .compare(let sign, .literal(let literal)):
            check(literal, ordered: sign != .equal && sign != .notEqual, type, name, place, 0)
        case .range(let lower, let upper):
            for (index, literal) in [lower, upper].compactMap({ $0 }).enumerated() {
                check(literal, ordered: true, type, name, place, index)
            }
        case .equalsAny(let list):
            for (index, literal) in list.enumerated() {
                check(literal, ordered: false, type, name, place, index)
            }
        }
    }

    private mutating func checkText(
        _ type: FieldSchema.FieldType, _ name: String, _ place: TermPlace, _ index: Int
    ) {
        switch type {
        case .any, .keyword, .prose, .list: return
        case .level:
            report(
                "\(shown(name)) is a level, not a text", hint: "write level:warn.. for warn and above", place,
                index)
        case .number, .duration, .bytes, .ratio, .bool:
            report(
                "\(shown(name)) is \(Self.article(type)), not a text", hint: "compare it: \(shown(name)):>1",
                place, index)
        }
    }

    private mutating func check(
        _ literal: Literal, ordered: Bool, _ type: FieldSchema.FieldType, _ name: String, _ place: TermPlace,
        _ index: Int
    ) {
        let value = shown(literal.text)
        let (fits, hint): (Bool, String) =
            switch (type, literal.quantity) {
            case (.any, _), (.keyword, _), (.list, _): (true, "")
            case (.prose, _): (!ordered, "look for a word: \(name):timeout")
            case (.level, _):
                (Level(literal.text) != nil, "the levels are trace, debug, info, warn, error, fatal")
            case (.bool, _): (!ordered && literal.bool != nil, "it is true or false")
            case (.number, .integer), (.number, .decimal), (.number, .bytes): (true, "")
            case (.number, _): (false, "write a number such as 500")
            case (.duration, .duration), (.duration, .integer), (.duration, .decimal): (true, "")
            case (.duration, _): (false, "write a duration such as 300ms or 1.5s")
            case (.bytes, .bytes), (.bytes, .integer): (true, "")
            case (.bytes, _): (false, "write a size such as 10MiB")
            case (.ratio, .percent(let ratio)), (.ratio, .decimal(let ratio)):
                (ratio <= 1, "write a share such as 1% or 0.01")
            case (.ratio, .integer(let whole)): (whole <= 1, "do you mean \(value)%?")
            case (.ratio, _): (false, "write a share such as 1% or 0.01")
            }
        if !fits {
            report(
                "\(shown(name)) is \(Self.article(type)), and \(value) is not fit for it", hint: hint, place,
                index)
        }
    }

    private static func article(_ type: FieldSchema.FieldType) -> String {
        switch type {
        case .any: "any value"
        case .keyword: "a name"
        case .prose: "running text"
        case .number: "a number"
        case .duration: "a duration"
        case .bytes: "a size in bytes"
        case .ratio: "a share from 0 to 1"
        case .bool: "true or false"
        case .level: "a level"
        case .list: "a list"
        }
    }

    private mutating func report(_ message: String, hint: String, _ place: TermPlace, _ index: Int) {
        let range = index < place.values.count ? place.values[index] : place.whole
        guard mistakes.count < ExpressionLimits.reportedMistakes else { return }
        mistakes.append(error(.wrongType, message, hint: hint, at: range))
    }

    private func error(
        _ kind: ExpressionError.Kind, _ message: String, hint: String?, at range: Range<Int>
    ) -> ExpressionError {
        ExpressionError(kind, message, hint: hint, at: range, in: expression.source)
    }

    private func shown(_ text: String) -> String { String(text.prefix(40).map { DisplayWidth.visible($0) }) }
}
