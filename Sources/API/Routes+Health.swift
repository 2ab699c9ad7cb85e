import Access
import GantryBase
import HTTPTypes
import Model
import State
import Synchronization
import Wire

extension Routes {
    /// Asked by whoever keeps the server alive; no token, and nothing to learn.
    var health: [Route] {
        [
            .open(.get, "/livez") { _ in .text("ok\n") },
            .open(.get, "/readyz") { [readiness] _ in
                if let refusal = await readiness.refusal() { throw refusal }
                return .text("ok\n")
            },
            .signedIn(.get, "/metrics") { call in
                try call.request.allowQuery([])
                guard call.identity.has(.read) else {
                    throw GantryError(
                        .forbidden, "token \(call.identity.tokenID) lacks the scope read",
                        hint: "make one for what reads the numbers: gantry token create --scope read")
                }
                return .text(await metrics.text(), type: Metrics.textType)
            },
            .open(.get, "/v1/openapi.json") { _ in
                .bytes(try OpenAPIDocument.bytes(), type: Answer.jsonType)
            },
            .signedIn(.get, "/v1/whoami") { call in
                let scopes = call.identity.scopes.map(\.rawValue).sorted()
                return .json([
                    "user": .string(call.identity.user.text),
                    "scopes": .array(scopes.map { .string($0) }),
                    "tokenID": .string(call.identity.tokenID),
                ])
            },
        ]
    }
}

/// Whether the store reads and writes, asked no more often than its period however many ask.
actor Readiness {
    private let store: any StateStore
    private let period: Period
    private var known: (refusal: GantryError?, at: ContinuousClock.Instant)?
    private let holder = RandomName.make(length: 12)

    /// Of the lease that is taken to see whether the disk takes writes.
    static let leaseName = "api/readiness"

    init(store: any StateStore, period: Period) { (self.store, self.period) = (store, period) }

    /// Why the server cannot work now; nil when it can.
    func refusal() async -> GantryError? {
        if let known, ContinuousClock.now - known.at < period.duration { return known.refusal }
        let refusal = await ask()
        known = (refusal, .now)
        return refusal
    }

    private func ask() async -> GantryError? {
        do {
            _ = try await store.currentVersion()
            // Whether it is ours does not matter, only that the store could write the answer down.
            _ = try await store.acquireLease("\(Self.leaseName)/\(holder)", holder: holder, for: .minutes(1))
            return nil
        } catch let error as GantryError {
            return GantryError(.unavailable, "the state refuses: \(error.message)", hint: error.hint)
        } catch {
            return GantryError(.unavailable, "the state refuses", cause: error)
        }
    }
}
