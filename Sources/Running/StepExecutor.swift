package import Model

/// Carries out pipeline steps as processes.
///
/// Lifecycle: an executor is made once per process and data directory. It knows again the steps that an earlier
/// process started: those that still run go on, those that ended meanwhile are found ended.
///
/// Every call may be repeated, from any task. A job is known by its id: starting one that runs or has ended does
/// nothing. Nothing else in a step's life needs the server: time and output limits are kept by the step's own agent.
package protocol StepExecutor: Sendable {
    /// Returns once the step's agent is started, or the step is known already.
    func start(_ job: StepJob) async throws
    func observe(_ id: StepID) async throws -> StepObservation
    /// Asks the step to end; it is observed as finished once all its processes have.
    func cancel(_ id: StepID) async throws
    /// The step's output from its first byte on; when following, until the step has finished. Of a step that was not
    /// started yet there is nothing; a follower waits for it.
    func log(of id: StepID, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error>
    /// Steps that may have changed, among those started or observed by this process.
    func changes() -> AsyncStream<StepID>
    /// The archive (tar, gzip) that the build step of a run left, taken out of the reach of the business's user. Stays
    /// until the workspace is removed.
    func archive(of run: RunName) async throws -> String
    /// Removes the workspace of a run and its archive; its logs stay.
    func removeWorkspace(of run: RunName) async throws
    /// Forgets logs and results of all but the newest runs of the service. To be called whenever a run has ended.
    ///
    /// - Parameter active: runs that have not ended; nothing of theirs is touched.
    func prune(_ service: ServiceName, active: Set<RunName>) async throws
}

/// One attempt at one step of a run.
package struct StepID: Sendable, Hashable, Codable {
    package var run: RunName
    package var stage: Int
    package var step: Int
    /// From 1.
    package var attempt: Int

    package init(run: RunName, stage: Int, step: Int, attempt: Int) {
        (self.run, self.stage, self.step, self.attempt) = (run, stage, step, attempt)
    }
}

package struct StepJob: Sendable {
    package var id: StepID
    /// Of the steps that run as processes: checkout, lint, test and build.
    package var kind: StepKind
    package var commit: String
    package var branch: String
    package var build: BuildSpec
    /// Given to the step beside the `CI_*` variables.
    package var environment: [String: String]

    package init(
        id: StepID, kind: StepKind, commit: String, branch: String, build: BuildSpec,
        environment: [String: String] = [:]
    ) {
        (self.id, self.kind, self.commit, self.branch) = (id, kind, commit, branch)
        (self.build, self.environment) = (build, environment)
    }
}

package enum StepObservation: Sendable, Hashable {
    case unknown
    case running
    case finished(StepResult, tests: TestSummary?)
    /// Its agent is gone and left no result, as after a power cut.
    case lost
}
