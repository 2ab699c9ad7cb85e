import Access
import GantryBase
import HTTPTypes
import NIOCore
import State
import Wire

/// Keeps the promises that hold for all routes alike: versions that a client names, and requests that are repeated.
struct Conduct: Sendable {
    let store: any StateStore
    let book: ActionBook
    let time: TimeSource

    func answer(
        _ call: Call, _ operation: Operation?, _ handler: @Sendable (Call) async throws -> Answer
    ) async throws -> Answer {
        guard call.request.method != .get, call.request.method != .head else {
            return Self.unlessKnown(try await handler(call), call.request)
        }
        let condition = try VersionCondition(call, operation)
        guard let operation, operation.actsOnce, let key = try Self.key(of: call.request) else {
            var call = call
            if let condition { call.store = ActionStore(store, condition: condition, mark: nil) }
            return try await handler(call)
        }
        let name = Digest.sha256(Array("\(call.identity.tokenID)\n\(key)".utf8))
        let fingerprint = try await Self.fingerprint(of: call.request)
        if let known = try await book.begin(name, of: call.identity.user) {
            guard known.spec.request == fingerprint else {
                throw GantryError(
                    .invalid, "Idempotency-Key \(key) has been used for another request",
                    hint: "give each request a key of its own")
            }
            return try await Repeat(store: store, operation: operation, action: known).answer()
        }
        let once = Once(
            name: name, store: store, condition: condition, operation: operation,
            spec: StoredAction.Spec(user: call.identity.user, request: fingerprint, at: time.now()))
        do {
            let (answer, record) = try await once.answer(call, handler)
            await book.end(name, record: record)
            return answer
        } catch {
            await book.end(name, record: error.record)
            throw error.error
        }
    }

    /// 304 where the client has what would be answered.
    private static func unlessKnown(_ answer: Answer, _ request: APIRequest) -> Answer {
        guard answer.status == .ok, let tag = answer.headers[.eTag],
            let known = request.headers[.ifNoneMatch],
            VersionTag.names(known, tag)
        else { return answer }
        return Answer(.notModified).with(.eTag, tag)
    }

    private static func key(of request: APIRequest) throws(GantryError) -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...ActionLimits.keyBytes).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw GantryError(
                .invalid,
                "Idempotency-Key takes 1 to \(ActionLimits.keyBytes) letters, digits and signs, no spaces",
                hint: "a random UUID serves")
        }
        return key
    }

    /// Of all that says what is asked for. Reads the body, which stays there for the route.
    private static func fingerprint(of request: APIRequest) async throws -> String {
        let body = try await request.body.all(
            limit: request.limits.bodyBytes, within: request.limits.bodyPeriod)
        let head = [
            request.method.rawValue, request.target.segments.joined(separator: "/"), request.target.rawQuery,
            request.headers[.ifMatch] ?? "", request.headers[.ifNoneMatch] ?? "",
        ]
        return Digest.sha256(Array(head.joined(separator: "\n").utf8) + [10] + body)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .server
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed") ?? .server
}
