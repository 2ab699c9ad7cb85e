package import GantryBase
import Model
import State

/// Knows which requests with an `Idempotency-Key` are under way and which have been carried out, and forgets old ones.
actor ActionBook {
    private let store: any StateStore
    private let time: TimeSource
    private let limits: ActionLimits
    private var isLoaded = false
    private var underWay: Set<String> = []
    /// What is kept, the oldest first.
    private var kept: [Entry] = []
    private var counts: [UserName: Int] = [:]

    private struct Entry {
        var name: String
        var user: UserName
        var at: Timestamp
    }

    init(store: any StateStore, time: TimeSource, limits: ActionLimits) {
        (self.store, self.time, self.limits) = (store, time, limits)
    }

    /// What is known of a request; nil when it is to be carried out now, and then `end` must follow.
    ///
    /// Waits for one under way: its answer is this one's.
    func begin(_ name: String, of user: UserName) async throws -> Stored<StoredAction>? {
        let deadline = ContinuousClock.now + limits.patience.duration
        while underWay.contains(name) {
            guard ContinuousClock.now < deadline else {
                throw GantryError(
                    .conflict, "a request with this Idempotency-Key is under way", hint: "ask again later")
            }
            try await Task.sleep(for: limits.interval.duration)
        }
        underWay.insert(name)
        do {
            try await load()
            try await removeOld(of: user)
            guard let known = try await store.get(StoredAction.self, name) else { return nil }
            if known.spec.at < time.now() - limits.period {
                try await store.remove(known)
                return nil
            }
            underWay.remove(name)
            return known
        } catch {
            underWay.remove(name)
            throw error
        }
    }

    /// - Parameter record: what was written of the request; nil when it was not carried out.
    func end(_ name: String, record: Stored<StoredAction>?) {
        underWay.remove(name)
        guard let record else { return }
        remember(Entry(name: name, user: record.spec.user, at: record.spec.at))
    }

    var count: Int { kept.count }

    private func remember(_ entry: Entry) {
        kept.append(entry)
        counts[entry.user, default: 0] += 1
    }

    private func load() async throws {
        guard !isLoaded else { return }
        let found = try await store.all(StoredAction.self).sorted { $0.spec.at < $1.spec.at }
        // While the store was asked, another may have been quicker.
        guard !isLoaded else { return }
        isLoaded = true
        for action in found { remember(Entry(name: action.name, user: action.spec.user, at: action.spec.at)) }
    }

    /// Forgets what is too old, and of a user who has too many the oldest; a few at a time, so that no request waits
    /// long for it.
    private func removeOld(of user: UserName) async throws {
        let end = time.now() - limits.period
        var old = kept.prefix(limits.removals).prefix { $0.at < end }.map(\.name)
        if counts[user, default: 0] >= limits.actionsPerUser,
            let oldest = kept.first(where: { $0.user == user && !underWay.contains($0.name) })?.name,
            !old.contains(oldest)
        {
            old.append(oldest)
        }
        guard !old.isEmpty else { return }
        for entry in kept where old.contains(entry.name) { counts[entry.user, default: 1] -= 1 }
        kept.removeAll { old.contains($0.name) }
        counts = counts.filter { $0.value > 0 }
        for name in old {
            // What cannot be removed now is too old for a repeat all the same, and goes when the server starts anew.
            if let action = try? await store.get(StoredAction.self, name) {
                _ = try? await store.remove(action)
            }
        }
    }
}

/// What is kept of requests with an `Idempotency-Key`.
package struct ActionLimits: Sendable {
    /// How long a repeat is known as one: whoever repeats does so within minutes.
    package var period = Period.minutes(24 * 60)
    /// Of one user; of more the oldest is forgotten.
    package var actionsPerUser = 1000
    /// Old ones that are removed when another comes.
    package var removals = 20
    /// How long a repeat waits for the first, which is under way, and how often it looks.
    package var patience = Period.seconds(10)
    package var interval = Period.milliseconds(20)

    /// Of a key, in bytes: a UUID has 36.
    static let keyBytes = 128

    package init() {}
}
