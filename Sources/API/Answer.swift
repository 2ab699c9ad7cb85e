import GantryBase
import HTTPTypes
import Model
import NIOCore
import State
import Wire

/// What a route answers.
struct Answer: Sendable {
    /// Writes the body piece by piece; each piece is on the wire when `send` returns. Throwing tears the connection, so
    /// that a part is never taken for the whole.
    typealias Producer = @Sendable (_ send: (ByteBuffer) async throws -> Void) async throws -> Void

    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        /// Ends when the client goes away, also while nothing is written.
        case live(LiveBody)
        /// For a route that reads the request while it writes the answer.
        case duplex(Producer)
    }
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: Body
    /// Of a refusal that a route answers in a form of its own: for the log alone.
    var cause: String?

    static let jsonType = "application/json"
    static let linesType = "application/x-ndjson"
    static let textType = "text/plain; charset=utf-8"
    static let yamlType = "application/yaml"
    static let problemType = "application/problem+json"

    init(_ status: HTTPResponse.Status, type: String? = nil, _ body: Body = .none) {
        (self.status, self.body) = (status, body)
        headers = [:]
        headers[.contentType] = type
    }

    static func json(_ value: JSONValue, _ status: HTTPResponse.Status = .ok) -> Answer {
        .bytes(JSON.write(value), type: jsonType, status)
    }

    static func bytes(
        _ bytes: [UInt8], type: String, _ status: HTTPResponse.Status = .ok
    ) -> Answer {
        Answer(status, type: type, .bytes(ByteBuffer(bytes: bytes)))
    }

    static func text(
        _ text: String, type: String = textType, _ status: HTTPResponse.Status = .ok
    ) -> Answer {
        Answer(status, type: type, .bytes(ByteBuffer(string: text)))
    }

    /// An object with its version.
    static func object(_ object: StateObject, _ status: HTTPResponse.Status = .ok) -> Answer {
        .bytes(ObjectJSON.bytes(object), type: jsonType, status)
            .with(.eTag, VersionTag.write(object.version))
    }

    static func object<Kind: StoredKind>(
        _ stored: Stored<Kind>, _ status: HTTPResponse.Status = .ok
    ) throws -> Answer { .object(try stored.object(), status) }

    static let done = Answer(.noContent)

    static func problem(_ problem: Problem) -> Answer {
        json(problem.document, problem.status).with(.contentType, problemType)
    }

    func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[name] = value
        return answer
    }
}
