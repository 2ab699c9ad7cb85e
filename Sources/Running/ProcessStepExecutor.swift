package import GantryBase
import Glibc
package import Model
import Supervision
import Synchronization

/// Runs steps as processes of this machine, each under an agent of its own that outlives the server.
///
/// All that is known of a step stands in its folder: the plan, who its agent is, its log, its result. So a new process
/// finds everything as the one before left it.
package final class ProcessStepExecutor: StepExecutor {
    let places: StepPlaces
    let scripts: StepScripts
    let agent: String
    let limits: StepLimits
    let user: @Sendable (BusinessName) async throws -> ProcessUser?
    private let listeners = Mutex<[Int: AsyncStream<StepID>.Continuation]>([:])
    /// Steps whose end this process waits for.
    private let watched = Mutex<Set<StepID>>([])

    static let listenerBuffer = 1000
    /// An agent says who it is milliseconds after its start.
    static let identityPatience = Period.seconds(5)
    private static let identityPoll = Period.milliseconds(10)

    /// - Parameters:
    ///   - directory: the data directory; `runs` and `workspaces` below it belong to the executor.
    ///   - agent: path of `gantry-agent`.
    ///   - archive: the command that writes a commit as a tar archive to standard output.
    ///   - user: whom a business's steps run as; nil means as this process, without namespaces.
    package init(
        directory: String, agent: String, limits: StepLimits = StepLimits(),
        archive: @escaping @Sendable (String, ServiceName) throws -> [String],
        user: @escaping @Sendable (BusinessName) async throws -> ProcessUser?
    ) throws(GantryError) {
        places = try StepPlaces(directory: directory)
        scripts = StepScripts(places: places, limits: limits, archive: archive)
        (self.agent, self.limits, self.user) = (agent, limits, user)
        try places.prepare()
    }

    package func start(_ job: StepJob) async throws {
        let folder = places.step(job.id)
        guard case .unknown = folder.state() else { return }
        let user = try await user(job.id.run.service.business)
        try await blocking { [places] () throws(GantryError) in
            try places.makeStep(job.id)
            try places.makeWorkspace(job.id.run, owner: user)
        }
        let plan = try scripts.plan(for: job, user: user)
        if let agent = try launch(plan, in: folder) { watch(job.id, agent) }
    }

    /// - Returns: nil when another start was first.
    private func launch(_ plan: StepPlan, in folder: StepFolder) throws(GantryError) -> ProcessIdentity? {
        guard let messages = try folder.claim() else { return nil }
        defer { close(messages) }
        var request = ProcessRequest(
            command: [agent, "step", folder.plan], directory: "/", environment: ["PATH": StepScripts.path])
        request.output = .descriptor(messages)
        request.error = .sameAsOutput
        request.newSession = true
        do throws(GantryError) {
            try folder.write(plan, to: folder.plan)
            return try ProcessTable.shared.spawn(request).identity
        } catch {
            // Nothing runs: the next start must find it so.
            unlink(folder.messages)
            throw error
        }
    }

    package func observe(_ id: StepID) async throws -> StepObservation {
        let folder = places.step(id)
        switch folder.state() {
        case .unknown: return .unknown
        case .running(let agent):
            if let agent { watch(id, agent) }
            return .running
        case .finished(let result):
            let plan: StepPlan? = folder.read(folder.plan)
            if plan?.title == StepScripts.title(id, .build), result.succeeded {
                try await keepArchive(of: id.run)
            }
            guard plan?.title == StepScripts.title(id, .test) else { return .finished(result, tests: nil) }
            return .finished(result, tests: await testSummary(of: id, startedAt: result.startedAt))
        case .lost:
            // What the agent could not end any more; a step that is tried again must not meet it.
            if let plan: StepPlan = folder.read(folder.plan), let group = plan.limits?.group {
                try await ControlGroup.discard(group)
            }
            return .lost
        }
    }

    /// Says `changes()` when the agent has ended, whichever process started it.
    private func watch(_ id: StepID, _ agent: ProcessIdentity) {
        guard watched.withLock({ $0.insert(id).inserted }) else { return }
        // Safe: ends with the agent, whose life is bounded by the step's time limit.
        Task { [weak self] in
            await ProcessWatch.shared.exited(agent)
            self?.ended(id)
        }
    }

    private func ended(_ id: StepID) {
        watched.withLock { _ = $0.remove(id) }
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(id) }
    }

    package func cancel(_ id: StepID) async throws {
        let deadline = ContinuousClock.now + Self.identityPatience.duration
        while case .running(let agent) = places.step(id).state() {
            if let agent {
                ProcessWatch.shared.signal(agent, SIGTERM)
                return
            }
            guard ContinuousClock.now < deadline else {
                throw GantryError(
                    .unavailable, "the agent of \(id.run) does not say who it is",
                    hint: "look into \(places.step(id).messages)")
            }
            try await Task.sleep(for: Self.identityPoll.duration)
        }
    }

    package func changes() -> AsyncStream<StepID> {
        let (stream, continuation) = AsyncStream<StepID>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.listenerBuffer))
        let key = listeners.withLock { listeners in
            let key = (listeners.keys.max() ?? 0) + 1
            listeners[key] = continuation
            return key
        }
        continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0[key] = nil } }
        return stream
    }

    package func log(of id: StepID, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        let folder = places.step(id)
        return StepLog(file: folder.log) {
            switch folder.state() {
            case .running: false
            case .unknown: !follow
            case .finished, .lost: true
            }
        }.bytes(follow: follow)
    }

    /// Read once, since the workspace may be gone when it is asked for again.
    private func testSummary(of id: StepID, startedAt: Timestamp) async -> TestSummary? {
        let folder = places.step(id)
        if let known: TestSummary = folder.read(folder.tests) { return known }
        let reports = JUnitReports(source: places.source(of: id.run), notBefore: startedAt)
        let summary = try? await blocking { () throws(GantryError) in reports.summary() }
        guard let summary = summary ?? nil else { return nil }
        try? folder.write(summary, to: folder.tests)
        return summary
    }
}

/// What one step may take.
package struct StepLimits: Sendable {
    /// A build that needs longer is stuck.
    package var time = Period.minutes(30)
    /// Of the log; enough for a verbose build, and readable.
    package var output = ByteCount.mebibytes(16)
    /// So that a build cannot take the machine from the instances beside it.
    package var memory = ByteCount.mebibytes(4096)
    /// Processes and threads at once. A parallel build on a large machine stays below; a fork bomb leaves nearly all of
    /// the 32,768 numbers that the kernel gives out by default.
    package var processes = 2048
    /// Of the run's workspace on the disk: the commit, its dependencies, what is built and temporary files.
    package var disk = ByteCount(bytes: 10 << 30)
    /// In the workspace. Ten large trees of JavaScript dependencies; a file system has a fixed number for all.
    package var files = 2_000_000
    /// Of the archive that a build leaves. A service's program with its libraries stays far below; data belongs elsewhere.
    package var archive = ByteCount(bytes: 2 << 30)

    package init() {}
}
