import GantryBase
import Logging
import Model
import State
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct LoopTests {
    @Test func aNameAddedWhileInWorkIsGivenAgainAndNeverTwiceAtATime() async throws {
        let queue = WorkQueue()
        await queue.add("a")
        #expect(await queue.take() == "a")
        await queue.add("a")
        await queue.add("a")
        await queue.add("b")
        #expect(await queue.take() == "b")
        await queue.done("a", again: nil)
        #expect(await queue.take() == "a")
        await queue.done("a", again: nil)
        await queue.done("b", again: nil)
        await queue.close()
        #expect(await queue.take() == nil)
    }

    @Test func whoWaitsForANameIsWokenByTheNextAndByTheEnd() async throws {
        let queue = WorkQueue()
        async let first = queue.take()
        async let second = queue.take()
        try await Task.sleep(for: .milliseconds(20))
        await queue.add("a")
        try await Task.sleep(for: .milliseconds(20))
        await queue.close()
        let names = await [first, second]
        #expect(Set(names) == ["a", nil])
    }

    @Test func twoHundredThousandNamesAreTakenInTheirOrder() async {
        let queue = WorkQueue()
        for number in 0..<200_000 { await queue.add("\(number)") }
        for number in 0..<200_000 {
            let name = await queue.take()
            guard name == "\(number)" else {
                Issue.record("\(number) came as \(name ?? "nil")")
                return
            }
            await queue.done("\(number)", again: nil)
        }
    }

    @Test func manyChangesOfOneObjectStartOneTimer() async throws {
        try await World.with { world in
            let probe = Probe { _ in .milliseconds(300) }
            try await probe.looping(in: world) { queueHint in
                for _ in 0..<500 {
                    queueHint("a")
                    try await Task.sleep(for: .milliseconds(1))
                }
                // Whatever the burst did is over.
                try await Task.sleep(for: .milliseconds(400))
                let before = probe.count
                try await Task.sleep(for: .seconds(3))
                let rings = probe.count - before
                #expect((3...11).contains(rings), "\(rings) in 3 s")
            }
        }
    }

    @Test func anErrorIsTriedAgainLaterAndLaterUntilItIsGone() async throws {
        try await World.with { world in
            let probe = Probe { count in
                if count < 4 { throw GantryError(.unavailable, "not yet") }
                return nil
            }
            try await probe.looping(in: world) { hint in
                hint("a")
                _ = try await world.eventually("recovered") { probe.count == 4 ? true : nil }
                let times = probe.times
                // 200, 400 and 800 ms; the machine may add to them.
                #expect(times[1] - times[0] >= .milliseconds(190))
                #expect(times[2] - times[1] >= .milliseconds(390))
                #expect(times[3] - times[2] >= .milliseconds(790))
                try await Task.sleep(for: .seconds(2))
                #expect(probe.count == 4)
            }
        }
    }

    @Test func whenNothingChangesNothingIsDone() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.makeService()
            try await world.serving {
                try await world.run(try await world.push(), reaches: .succeeded)
                try await Task.sleep(for: .seconds(2))
                let version = try await world.store.currentVersion()
                let (applies, looks) = (world.cluster.applyCount, world.cluster.observeCount)
                try await Task.sleep(for: .seconds(3))
                #expect(try await world.store.currentVersion() == version)
                #expect(world.cluster.applyCount - applies <= 3)
                #expect(world.cluster.observeCount - looks <= 6)
            }
        }
    }
}

/// A reconciler that counts.
private final class Probe: Reconciler {
    let title = "probe"
    let kinds: Set<String> = ["probe"]
    private let calls = Mutex<[ContinuousClock.Instant]>([])
    private let names = AsyncStream<String>.makeStream()
    private let body: @Sendable (Int) throws -> Period?

    init(_ body: @escaping @Sendable (Int) throws -> Period?) { self.body = body }

    var count: Int { calls.withLock { $0.count } }
    var times: [ContinuousClock.Instant] { calls.withLock { $0 } }
    func names(concernedBy event: StateEvent) async throws -> [String] { [event.object.name] }
    func allNames() async throws -> [String] { [] }
    func hints() -> AsyncStream<String> { names.stream }

    func reconcile(_ name: String) async throws -> Period? {
        let count = calls.withLock {
            $0.append(.now)
            return $0.count
        }
        return try body(count)
    }

    /// Runs the loop beside the body, which gets a way to hint.
    func looping(
        in world: World, _ body: @escaping @Sendable (@Sendable (String) -> Void) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let loop = ReconcileLoop(reconciler: self, store: world.store, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await loop.run() }
            defer { group.cancelAll() }
            try await body { [names] in names.continuation.yield($0) }
        }
    }
}
