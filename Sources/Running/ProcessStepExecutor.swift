package import GantryBase
import Glibc
package import Model
import Supervision
import Synchronization
import Wire

/// Runs steps as processes of this machine, each under an agent of its own that outlives the server.
///
/// All that is known of a step stands in its folder: the plan, who its agent is, its log, its result. So a new process
/// finds everything as the one before left it.
package final class ProcessStepExecutor: StepExecutor {
    let places: StepPlaces
    let scripts: StepScripts
    let agent: String
    let user: @Sendable (BusinessName) async throws -> ProcessUser?
    private let listeners = Mutex<[Int: AsyncStream<StepID>.Continuation]>([:])
    /// Steps of this process whose agent has been started, so that two calls at once start one.
    private let starting = Mutex<Set<StepID>>([])

    /// Of one step. A build that needs longer is stuck.
    package static let timeLimit = Period.minutes(30)
    /// Of one step's log; enough for a verbose build, and readable.
    package static let outputLimit = ByteCount.mebibytes(16)
    /// Of one step, so that a build cannot take the machine from the instances beside it.
    package static let memoryLimit = ByteCount.mebibytes(4096)
    static let largestResult = 1 << 20

    /// - Parameters:
    ///   - directory: the data directory; `runs` and `workspaces` below it belong to the executor.
    ///   - agent: path of `gantry-agent`.
    ///   - archive: the command that writes a commit as a tar archive to standard output.
    ///   - user: whom a business's steps run as; nil means as this process, without namespaces.
    package init(
        directory: String, agent: String,
        archive: @escaping @Sendable (String, ServiceName) throws -> [String],
        user: @escaping @Sendable (BusinessName) async throws -> ProcessUser?
    ) throws(GantryError) {
        places = StepPlaces(data: directory)
        scripts = StepScripts(archive: archive)
        self.agent = agent
        self.user = user
        try places.prepare()
    }

    package func start(_ job: StepJob) async throws {
        guard starting.withLock({ $0.insert(job.id).inserted }) else { return }
        defer { starting.withLock { _ = $0.remove(job.id) } }
        guard try await observe(job.id) == .unknown else { return }
        let user = try await user(job.id.run.service.business)
        try await blocking { [places] () throws(GantryError) in
            try places.makeStep(job.id)
            try places.makeWorkspace(job.id.run, owner: user)
        }
        let plan = try scripts.plan(for: job, user: user, in: places)
        try replaceFile(places.step(job.id) + "/plan.json", with: try encoded(plan), mode: 0o600)
        try launch(job.id)
    }

    private func launch(_ id: StepID) throws(GantryError) {
        let folder = places.step(id)
        let messages = open(folder + "/agent.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard messages >= 0 else {
            throw GantryError(.unavailable, "cannot write in \(folder): \(String(cString: strerror(errno)))")
        }
        defer { close(messages) }
        var request = ProcessRequest(
            command: [agent, "step", folder + "/plan.json"], directory: "/",
            environment: ["PATH": StepScripts.path])
        request.output = .descriptor(messages)
        request.error = .sameAsOutput
        request.newSession = true
        let process = try ProcessTable.shared.spawn(request)
        // The agent writes the same first of all; this closes the moment in between.
        try replaceFile(folder + "/agent.json", with: try encoded(process.identity), mode: 0o600)
        // Safe: ends with the agent, whose life is bounded by the step's time limit.
        Task { [self] in
            _ = await process.wait()
            announce(id)
        }
    }

    package func observe(_ id: StepID) async throws -> StepObservation {
        let folder = places.step(id)
        if let result: StepResult = try? read(folder + "/result.json") {
            return .finished(result, tests: await testSummary(of: id))
        }
        guard let agent: ProcessIdentity = try? read(folder + "/agent.json") else { return .unknown }
        if agent.isAlive { return .running }
        // Its last act is the result: look once more before saying that there is none.
        if let result: StepResult = try? read(folder + "/result.json") {
            return .finished(result, tests: await testSummary(of: id))
        }
        return .lost
    }

    package func cancel(_ id: StepID) async throws {
        guard let agent: ProcessIdentity = try? read(places.step(id) + "/agent.json") else { return }
        _ = ProcessWatch.shared.signal(agent, SIGTERM)
    }

    package func changes() -> AsyncStream<StepID> {
        let (stream, continuation) = AsyncStream<StepID>.makeStream(bufferingPolicy: .bufferingNewest(1000))
        let key = listeners.withLock { listeners in
            let key = (listeners.keys.max() ?? 0) + 1
            listeners[key] = continuation
            return key
        }
        continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0[key] = nil } }
        return stream
    }

    private func announce(_ id: StepID) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(id) }
    }

    package func log(of id: StepID, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        StepLog(
            file: places.step(id) + "/log",
            isOver: { [self] in
                switch try? await observe(id) {
                case .running: false
                case .unknown: !follow
                default: true
                }
            }
        ).bytes(follow: follow)
    }

    package func archive(of run: RunName) async throws -> String {
        let archive = places.archive(of: run)
        guard access(archive, R_OK) == 0 else {
            throw GantryError(
                .notFound, "run \(run) has no build to release",
                hint: "put a build step before the release step in the pipeline of platform.yaml")
        }
        return archive
    }

    package func removeWorkspace(of run: RunName) async throws {
        _ = try await CommandRun(["rm", "-rf", "--", places.workspace(of: run)], timeLimit: .minutes(5)).run()
    }

    private func testSummary(of id: StepID) async -> TestSummary? {
        guard let plan: StepPlan = try? read(places.step(id) + "/plan.json"), plan.title.hasSuffix(" test")
        else {
            return nil
        }
        if let known: TestSummary = try? read(places.step(id) + "/tests.json") { return known }
        let source = places.source(of: id.run)
        guard
            let summary = try? await blocking({ () throws(GantryError) in
                JUnitReports(below: source).summary()
            })
        else { return nil }
        if let bytes = try? encoded(summary) {
            try? replaceFile(places.step(id) + "/tests.json", with: bytes)
        }
        return summary
    }

    private func read<T: Decodable>(_ path: String) throws -> T {
        try JSON.decode(T.self, from: try readFile(path, limit: Self.largestResult))
    }

    private func encoded(_ value: some Encodable) throws(GantryError) -> [UInt8] {
        do { return try JSON.encode(value) } catch {
            throw GantryError(.internal, "a step's plan cannot be written", cause: error)
        }
    }
}
