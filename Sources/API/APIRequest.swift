import Access
import GantryBase
import HTTPTypes
import Wire

/// A request on its way to a route.
struct APIRequest: Sendable {
    var id: String
    var method: HTTPRequest.Method
    var target: RequestTarget
    var headers: HTTPFields
    /// The host and port that the client named.
    var authority: String?
    var body: RequestBodyReader
    /// The address of the asker, without its port.
    var from: String
    var limits: APILimits

    /// The value of a query parameter; nil when it is absent or empty.
    func query(_ name: String) -> String? {
        target.query.last { $0.name == name && !$0.value.isEmpty }?.value
    }

    func flag(_ name: String) throws(GantryError) -> Bool {
        switch query(name) {
        case nil, "false": false
        case "true": true
        case let other?:
            throw GantryError(.invalid, "\(name)=\(other) is neither true nor false", hint: "\(name)=true")
        }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(GantryError) -> Int? {
        guard let text = query(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw GantryError(
                .invalid, "\(name)=\(text) is no number from \(range.lowerBound) to \(range.upperBound)",
                hint: "give such a number, or leave it out")
        }
        return value
    }

    /// Refuses query parameters that the route does not know: a mistyped filter would show everything.
    func allowQuery(_ names: Set<String>, prefix: String? = nil) throws(GantryError) {
        for (name, _) in target.query where !names.contains(name) {
            if let prefix, name.hasPrefix(prefix) { continue }
            throw GantryError(
                .invalid, "there is no query parameter \(name) here",
                hint: names.isEmpty ? nil : "known are \(names.sorted().joined(separator: ", "))")
        }
    }

    /// The whole body as text.
    func text() async throws -> String {
        let bytes = try await body.all(limit: limits.bodyBytes, within: limits.bodyPeriod)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw GantryError(.invalid, "the body is not UTF-8", hint: "save the file as UTF-8")
        }
        return text
    }

    /// The whole body as a value; an unknown member is a mistake.
    func value<Value: BodyValue>(_ type: Value.Type) async throws -> Value {
        let bytes = try await body.all(limit: limits.bodyBytes, within: limits.bodyPeriod)
        do {
            let document = try JSON.parse(bytes)
            for member in document.objectValue ?? [] where !Value.members.contains(member.name) {
                throw GantryError(
                    .invalid, "the body has an unknown member \(member.name)",
                    hint: "known are \(Value.members.sorted().joined(separator: ", "))")
            }
            return try JSON.decode(type, from: document)
        } catch let error as GantryError {
            throw error
        } catch {
            throw GantryError(.invalid, "the body: \(JSON.describe(error))", hint: "see docs/api.md")
        }
    }
}

/// What a JSON body may be.
protocol BodyValue: Decodable, Sendable {
    static var members: Set<String> { get }
}

/// A request whose asker is known.
struct Call: Sendable {
    var request: APIRequest
    var parameters: [String: String]
    var identity: Identity
    /// Who the token of the request stands for by now; throws when it was revoked or has expired.
    var identityNow: @Sendable () async throws -> Identity

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}
