package import GantryBase
import Glibc
package import Model
import Wire

/// Runs one pipeline step from its plan to its result on disk.
///
/// Lives in an agent of its own, so that a step outlives the server that asked for it. Whatever happens to
/// the step, a `StepResult` is written: only the death of the agent itself leaves none, and that takes the
/// step with it.
package struct StepRunner: Sendable {
    /// A step that does not end on TERM is killed after this long.
    static let stopPatience: Duration = .seconds(5)
    /// A pipe held open by a process that nothing could kill is given up after this long.
    static let outputPatience: Duration = .seconds(2)
    /// The result is tried again each second while the disk is full or away.
    static let resultAttempts = 60
    static let largestPlan = 4 << 20
    /// Of `/dev/shm` where no memory limit is given; with one, what lies there counts as the step's memory.
    static let sharedMemory = ByteCount.mebibytes(256)

    let plan: StepPlan
    /// Given to the step as variables and masked in its log; the server gives none today.
    let secrets: [String: String]
    let time: TimeSource
    /// Yields once when the step is to be cancelled.
    let cancellation: AsyncStream<Int32>

    package init(plan: StepPlan, time: TimeSource = .wall, cancellation: AsyncStream<Int32>) {
        (self.plan, self.time, self.cancellation) = (plan, time, cancellation)
        secrets = AgentSecrets.received()
    }

    package static func readPlan(_ path: String) throws(GantryError) -> StepPlan {
        let bytes = try readFile(path, limit: largestPlan)
        do {
            return try JSON.decode(StepPlan.self, from: bytes)
        } catch {
            throw GantryError(
                .invalid, "\(path) is no step plan: \(JSON.describe(error))",
                hint: "the server writes it; agent and server may be of different versions")
        }
    }

    /// Returns when the result is on disk and no process of the step is left.
    package func run() async throws(GantryError) {
        try writeJSON(ProcessIdentity.current, to: plan.agentFile)
        // Orphans of the step become ours, so that they can be found and ended.
        ProcessTable.adoptOrphans()
        let startedAt = time.now()
        var result: StepResult
        do {
            result = try await runCommand()
        } catch {
            result = StepResult(startFailure: Self.words(error), startedAt: startedAt, finishedAt: time.now())
        }
        result.startedAt = startedAt
        try await writeResult(result)
    }

    private func runCommand() async throws(GantryError) -> StepResult {
        let group: ControlGroup? =
            if let limits = plan.limits { try await ControlGroup.create(limits) } else { nil }
        let result: Result<StepResult, GantryError>
        let temporary = TemporaryFolders(plan.temporaryFolder)
        do {
            try temporary?.make()
            result = .success(try await runCommand(in: group))
        } catch {
            result = .failure(error)
        }
        await group?.killAll()
        await group?.remove()
        await temporary?.remove()
        return try result.get()
    }

    private func runCommand(in group: ControlGroup?) async throws(GantryError) -> StepResult {
        let log = open(plan.logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard log >= 0 else { throw systemError("cannot open the log \(plan.logFile)") }
        let process: RunningProcess
        do {
            process = try ProcessTable.shared.spawn(request(group))
        } catch {
            close(log)
            throw error
        }
        let output: OutputLog
        do {
            output = try OutputLog(
                source: process.output ?? -1, log: log, limit: plan.outputLimit,
                mask: SecretMask(secrets))
        } catch {
            process.signal(SIGKILL)
            for descriptor in [process.output ?? -1, log] { close(descriptor) }
            throw error
        }
        let watch = StepWatch(plan, group)
        let (exit, interruption) = await waitForEnd(process, group, watch)
        var exceeded = interruption?.exceeded
        // Processes that were refused do no harm to a step that did without them.
        if exceeded == nil, exit.exitCode != 0 { exceeded = watch.processesExceeded() }
        await killLeftovers(group)
        if exceeded == nil { exceeded = await watch.diskExceeded() }
        let counts = await output.finish(patience: Self.outputPatience)
        var result = StepResult(
            exitCode: exit.exitCode, signal: exit.signal, timedOut: interruption == .timeLimit,
            exceeded: exceeded, droppedOutputBytes: counts.dropped, startedAt: .epoch,
            finishedAt: exit.finishedAt)
        if interruption == .cancelled, exit.exitCode == 0 {
            // It stopped in good order, and did not do what it was started for.
            (result.exitCode, result.signal) = (nil, Int(SIGTERM))
        }
        result.outOfMemory = exit.exitCode != 0 && group?.memoryWasExceeded() == true
        return result
    }

    private func request(_ group: ControlGroup?) -> ProcessRequest {
        var request = ProcessRequest(
            command: plan.command, directory: plan.directory,
            environment: plan.environment.merging(secrets) { _, secret in secret })
        request.user = plan.user
        request.output = .pipe
        request.error = .sameAsOutput
        request.newSession = true
        request.dieWithParent = true
        request.namespaces = plan.namespaces
        request.hiddenPaths = plan.hiddenPaths
        request.privateFolders = TemporaryFolders(plan.temporaryFolder)?.covers ?? [:]
        if plan.temporaryFolder != nil {
            request.sharedMemory = plan.limits?.memory ?? Self.sharedMemory
        }
        request.groupFiles = group?.processFiles ?? []
        if plan.user != nil, group?.countsProcesses != true {
            request.processLimit = plan.limits?.processes.map { UInt64($0) }
        }
        request.noNewPrivileges = plan.user != nil
        request.killsGroupAtEnd = true
        return request
    }
}
