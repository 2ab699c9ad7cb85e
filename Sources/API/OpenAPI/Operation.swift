import GantryBase
import HTTPTypes
import Model
import Wire

/// What one route is for whoever calls it: the OpenAPI document is made of these, and so are the promises that the
/// server keeps for all routes alike (versions, keys of repeated requests).
///
/// Stands in a `Catalogue+…` file beside the `Routes+…` file of its route; a test holds the two to each other.
struct Operation: Sendable {
    var method: HTTPRequest.Method
    /// As in the route.
    var pattern: String
    /// One sentence without its full stop, beginning with a verb.
    var summary: String
    var verb: Verb
    var query: [QueryParameter]
    var body: Body?
    var answer: AnswerShape
    /// What the asker needs, in words; nil for nothing beyond a token.
    var right: String?
    var isOpen: Bool
    /// Beside those that every route of its kind may answer.
    var errors: [GantryError.Code]
    /// Whether it changes something once, so that a request with an `Idempotency-Key` is carried out once.
    var actsOnce: Bool
    /// The kind of the object that `If-Match` and `If-None-Match` of a write are about, by the name in the path.
    var guardedKind: String?
    /// Whether each request becomes a span of the server's own trace.
    var isTraced = true
    /// Whether there is one object of the kind, which is named like it.
    var hasFixedName: Bool { guardedKind == StoredPlatform.kind }

    /// How the command line reaches a route.
    enum Verb: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The words after `gantry`.
        case words(String)
        /// No verb does, with the reason.
        case none(String)
        init(stringLiteral words: String) { self = .words(words) }
    }

    enum Body: Sendable {
        case json(SchemaSource, members: Set<String>)
        case yaml
        /// Of one of these types, whose form is described elsewhere.
        case bytes([String])

        static func value<Value: BodyValue>(_ type: Value.Type) -> Body {
            .json({ try $0.schema(of: Value.self) }, members: Value.members)
        }
    }

    /// Of what machines ask for without end.
    var untraced: Operation {
        var operation = self
        operation.isTraced = false
        return operation
    }

    init(
        _ method: HTTPRequest.Method, _ pattern: String, _ summary: String, verb: Verb,
        query: [QueryParameter] = [], body: Body? = nil, answer: AnswerShape, right: String? = nil,
        isOpen: Bool = false, errors: [GantryError.Code] = [], actsOnce: Bool = false,
        guardedKind: String? = nil
    ) {
        (self.method, self.pattern, self.summary, self.verb) = (method, pattern, summary, verb)
        (self.query, self.body, self.answer, self.right) = (query, body, answer, right)
        (self.isOpen, self.errors) = (isOpen, errors)
        (self.actsOnce, self.guardedKind) = (actsOnce, guardedKind)
    }
}

/// Makes a schema, putting what it refers to among the components.
typealias SchemaSource = @Sendable (SchemaBook) throws -> JSONValue

struct QueryParameter: Sendable {
    var name: String
    var summary: String
    var schema: JSONValue

    static func text(_ name: String, _ summary: String) -> QueryParameter {
        QueryParameter(name: name, summary: summary, schema: ["type": "string"])
    }
    static func flag(_ name: String, _ summary: String) -> QueryParameter {
        QueryParameter(name: name, summary: summary, schema: ["type": "boolean", "default": false])
    }
    static func number(_ name: String, _ range: ClosedRange<Int>, _ summary: String) -> QueryParameter {
        QueryParameter(
            name: name, summary: summary,
            schema: [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ])
    }
    static func choice(_ name: String, _ choices: [String], _ summary: String) -> QueryParameter {
        QueryParameter(
            name: name, summary: summary,
            schema: ["type": "string", "enum": .array(choices.map { .string($0) })])
    }
}

/// The form of the answer when all goes well.
struct AnswerShape: Sendable {
    var status: HTTPResponse.Status = .ok
    var type: String?
    var schema: SchemaSource?
    /// The kind of the one object that is the answer; such an answer carries an ETag.
    var objectKind: String?
    /// Whether the answer holds something that is shown this once and kept nowhere.
    var isShownOnce = false
    /// Whether it goes on as things happen.
    var isStream = false
    /// The statuses of refusals that are no problem documents but in the form of the protocol.
    var ownRefusals: [Int] = []

    static func object<Kind: StoredKind>(
        _ kind: Kind.Type, _ status: HTTPResponse.Status = .ok
    ) -> AnswerShape {
        AnswerShape(
            status: status, type: Answer.jsonType, schema: { try $0.object(Kind.self) }, objectKind: Kind.kind
        )
    }

    static func list<Kind: StoredKind>(_ kind: Kind.Type) -> AnswerShape {
        AnswerShape(
            type: Answer.jsonType, schema: { SchemaBook.list(of: try $0.object(Kind.self), hasVersion: true) }
        )
    }

    static func value<Value: Decodable & Sendable>(
        _ type: Value.Type, _ status: HTTPResponse.Status = .ok
    ) -> AnswerShape {
        AnswerShape(status: status, type: Answer.jsonType, schema: { try $0.schema(of: Value.self) })
    }

    static func items<Item: Decodable & Sendable>(_ type: Item.Type) -> AnswerShape {
        AnswerShape(
            type: Answer.jsonType,
            schema: { SchemaBook.list(of: try $0.schema(of: Item.self), hasVersion: false) })
    }

    static func text(_ type: String) -> AnswerShape {
        AnswerShape(type: type, schema: { _ in ["type": "string"] })
    }
    static func stream(_ type: String) -> AnswerShape {
        AnswerShape(type: type, schema: { _ in ["type": "string"] }, isStream: true)
    }

    static let done = AnswerShape(status: .noContent)

    var shownOnce: AnswerShape {
        var shape = self
        shape.isShownOnce = true
        return shape
    }
}
