import Access
import GantryBase
import Model
import State

/// Carries a request out and writes down that it was.
struct Once: Sendable {
    let name: String
    let store: any StateStore
    let condition: VersionCondition?
    let operation: Operation
    let spec: StoredAction.Spec

    /// What went wrong, and what was written of the request all the same.
    struct Failure: Error {
        var error: any Error
        var record: Stored<StoredAction>?
    }

    func answer(
        _ call: Call, _ handler: @Sendable (Call) async throws -> Answer
    ) async throws(Failure) -> (Answer, Stored<StoredAction>?) {
        let acting = ActionStore(store, condition: condition) { changes in
            var spec = spec
            // What is made or changed last is what a verb answers with.
            let wanted = operation.answer.isShownOnce ? StoredToken.kind : operation.answer.objectKind
            if let object = changes.last(where: { $0.kind == wanted }) {
                (spec.kind, spec.name) = (object.kind, object.name)
            }
            return try .create(StoredAction.self, name, spec: spec, labels: ["user": spec.user.text])
        }
        var call = call
        call.store = acting
        do {
            let answer = try await handler(call)
            return (answer, await keep(answer, acting))
        } catch {
            throw Failure(error: error, record: acting.record.flatMap { try? Stored($0) })
        }
    }

    /// The answer goes out whether or not it could be kept: what it tells of has happened.
    private func keep(_ answer: Answer, _ acting: ActionStore) async -> Stored<StoredAction>? {
        let kept = StoredAction.Status(answer: operation.answer.isShownOnce ? nil : KeptAnswer(answer))
        guard let object = acting.record, var record = try? Stored<StoredAction>(object) else {
            // Carried out without a change of the state, such as by a verb that found nothing to do.
            return try? await store.create(
                StoredAction.self, name, spec: spec, status: kept, labels: ["user": spec.user.text])
        }
        record.status = kept
        return (try? await store.update(record)) ?? record
    }
}
