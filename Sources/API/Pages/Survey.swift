import ControlPlane
import GantryBase
import Model
import State

/// Every service and workload in the few words that lists of the console need, kept true by the changes of State.
///
/// State answers for one name, a range of names, or the last changed; which of 16,000 workloads need somebody it would
/// have to read whole to say. So the first page that asks has all read once, and from then on each change costs its
/// own object. A page waits until what was committed before it was asked for is in; a person sees what they just did.
actor Survey {
    /// Workloads that are kept: six times the installation that Gantry is made for, about 60 MB.
    static let largestCount = 100_000
    /// How long a page waits for changes to come in before it shows what is there.
    static let patience = Duration.milliseconds(300)
    /// Between two looks whether they have; and before all is read again after a fault.
    private static let glance = Duration.milliseconds(2)
    private static let retryWait = Duration.seconds(1)

    private let store: any StateStore
    private var content = SurveyContent()
    /// All changes up to this version are in; nil before everything was read.
    private var version: Int64?
    private var fault: GantryError?
    private var isFollowing = false

    init(store: any StateStore) { self.store = store }

    /// What there is by now. Throws what kept State from being read, on the first time.
    func current() async throws -> SurveyContent {
        follow()
        let wanted = try await store.currentVersion()
        let deadline = ContinuousClock.now + Self.patience
        // The first reading takes as long as it takes; after that a page waits for changes only so long.
        while version == nil || (version ?? 0) < wanted && ContinuousClock.now < deadline {
            if version == nil, let fault { throw fault }
            try await Task.sleep(for: Self.glance)
        }
        content.settle()
        return content
    }

    private func follow() {
        if isFollowing { return }
        isFollowing = true
        // Safe: ends with the store, which ends its watches and refuses to be read once it is closed.
        Task { await keepUp() }
    }

    private func keepUp() async {
        defer { isFollowing = false }
        while true {
            do {
                let start = try await read()
                (version, fault) = (start, nil)
                for try await event in store.watch(kinds: [], after: start) {
                    content.take(event)
                    version = event.object.version
                }
                return
            } catch let error as GantryError where error.code == .conflict {
                // Fell behind what the store remembers of removals: read all again.
                version = nil
            } catch {
                version = nil
                fault =
                    error as? GantryError ?? GantryError(.internal, "services cannot be read", cause: error)
                do {
                    // A closed store ends this; one that came back is read again.
                    try await Task.sleep(for: Self.retryWait)
                    _ = try await store.currentVersion()
                } catch { return }
            }
        }
    }

    /// Reads everything once; changes that are made meanwhile come again by the watch.
    private func read() async throws -> Int64 {
        let start = try await store.currentVersion()
        var fresh = SurveyContent()
        for kind in [StoredRepository.kind, StoredOverride.kind, StoredWorkload.kind] {
            try await read(StateQuery(kind: kind, limit: StateLimits.largestPageSize), into: &fresh)
        }
        for kind in [StoredRun.kind, StoredRollout.kind] {
            try await read(
                StateQuery(kind: kind, labels: [Label.active: "true"], limit: StateLimits.largestPageSize),
                into: &fresh)
            // Those that ended last: the only ones that a person still may have to look after.
            let recent = StateQuery(kind: kind, order: .recent, limit: StateLimits.largestPageSize)
            for object in try await store.list(recent).objects { fresh.note(object) }
        }
        content = fresh
        return start
    }

    private func read(_ query: StateQuery, into content: inout SurveyContent) async throws {
        var query = query
        repeat {
            let page = try await store.list(query)
            for object in page.objects { content.note(object) }
            query.after = page.next
        } while query.after != nil
    }
}
