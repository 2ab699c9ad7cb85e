/// What may be written at one place of a file: the one description that both the decoder's structural check and
/// the published JSON Schema come from.
///
/// Rules between values, such as a limit below its request, are not here but with the readers.
indirect enum Shape: Sendable {
    case text(TextForm)
    /// A text, number or truth value taken as text, as environment variables are.
    case anyScalar
    case integer(ClosedRange<Int>)
    case choice([String])
    case list(Shape, atLeast: Int = 0)
    /// Keys of the writer's own choice.
    case map(key: TextForm, Shape)
    case record(RecordShape)
    /// Another shape for each way of writing it.
    case byKind(scalar: Shape? = nil, list: Shape? = nil, mapping: Shape? = nil)
    /// As the shape, or null, which takes a thing away.
    case optional(Shape)
    /// Not looked into.
    case anything
}

struct RecordShape: Sendable {
    var keys: [KeyShape]
    /// Keys of which exactly one is written.
    var exactlyOne: [String] = []
    /// Keys that are written at the top alone; in an override they get a hint of their own.
    var onlyAtTop: [String] = []

    func key(_ name: String) -> KeyShape? { keys.first { $0.name == name } }
}

struct KeyShape: Sendable {
    var name: String
    var shape: Shape
    var note: String
    var required = false
    /// Whether an override may give it, too.
    var overridable = true
    /// Whether this version does something with it.
    var actedOn = true

    init(
        _ name: String, _ shape: Shape, _ note: String, required: Bool = false, overridable: Bool = true,
        actedOn: Bool = true
    ) {
        (self.name, self.shape, self.note) = (name, shape, note)
        (self.required, self.overridable, self.actedOn) = (required, overridable, actedOn)
    }
}

extension Shape {
    static func keys(_ keys: [KeyShape], exactlyOne: [String] = []) -> Shape {
        .record(RecordShape(keys: keys, exactlyOne: exactlyOne))
    }

    /// The shape of the same thing in an override: nothing is required, and null removes.
    ///
    /// Lists replace, so that what is in them is whole again.
    var asOverride: Shape {
        switch self {
        case .record(let record):
            let keys = record.keys.filter(\.overridable).map { key in
                var key = key
                key.required = false
                key.shape = .optional(key.shape.asOverride)
                return key
            }
            let fixed = record.keys.filter { !$0.overridable }.map(\.name)
            return .record(RecordShape(keys: keys, onlyAtTop: fixed))
        case .map(let key, let value): return .map(key: key, .optional(value.asOverride))
        default: return self
        }
    }
}

/// A form that a text must have, as a check for the decoder and as a pattern for the schema.
struct TextForm: Sendable {
    /// What it is, as in "expected …".
    var what: String
    /// Nil when the schema cannot say it.
    var pattern: String?
    /// The code of the diagnostic when a text has not this form.
    var code: String
    var hint: String?
    /// Which numbers are taken as texts: `cpu: 1` needs no quotes.
    var numbers = Numbers.none
    var maximumLength: Int?
    /// - Returns: nil when the text has the form, else what is wrong with it.
    var problem: @Sendable (String) -> Problem?

    enum Numbers: Sendable { case none, zero, integers, all }

    struct Problem: Sendable {
        var message: String
        var hint: String?
        /// Another code than that of the form.
        var code: String?
    }

    init(
        _ what: String, pattern: String?, code: String, hint: String? = nil, numbers: Numbers = .none,
        maximumLength: Int? = nil, problem: @escaping @Sendable (String) -> Problem?
    ) {
        (self.what, self.pattern, self.code, self.hint) = (what, pattern, code, hint)
        (self.numbers, self.maximumLength, self.problem) = (numbers, maximumLength, problem)
    }

    init(
        _ what: String, pattern: String?, code: String, hint: String, numbers: Numbers = .none,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.init(what, pattern: pattern, code: code, hint: hint, numbers: numbers) { text in
            accepts(text)
                ? nil : Problem(message: "\"\(YAMLNode.short(text))\" is not \(what)", hint: hint)
        }
    }
}
