public import GantryBase

/// What a pipeline run is of; fixed when it starts, so that a change of the template does not change a run under way.
public struct RunSpec: Codable, Sendable, Hashable {
    public var name: RunName
    public var commit: String
    public var branch: String
    public var author: UserName
    /// The first line of the commit's message, cut to `subjectLimit` characters.
    public var subject: String
    public var stages: [StageTemplate]
    public var createdAt: Timestamp

    public static let subjectLimit = 200

    public init(
        name: RunName, commit: String, branch: String, author: UserName, subject: String,
        stages: [StageTemplate], createdAt: Timestamp
    ) {
        (self.name, self.commit, self.branch, self.author) = (name, commit, branch, author)
        (self.subject, self.stages, self.createdAt) = (subject, stages, createdAt)
    }
}

/// The states of a run, a stage or a step. The last three are final.
public enum Progress: String, Codable, Sendable, CaseIterable {
    case pending, running, waiting, succeeded, failed, cancelled
    public var isFinal: Bool { self == .succeeded || self == .failed || self == .cancelled }
}

public struct RunStatus: Codable, Sendable, Hashable {
    public var progress: Progress
    public var stages: [StageStatus]
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    /// Why it failed or waits, in words for a person.
    public var reason: String?
    public var release: ReleaseName?
    /// Asked for by a person; the run ends as cancelled once its work has stopped.
    public var cancelledBy: UserName?

    public init() {
        progress = .pending
        stages = []
    }
}

public struct StageStatus: Codable, Sendable, Hashable {
    public var name: String
    public var progress: Progress
    public var steps: [StepStatus]
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    public var reason: String?
    /// Of a rollout stage.
    public var rollout: RolloutName?
    /// Rollouts of earlier tries of this stage, oldest first; a retry starts a new one.
    public var earlierRollouts: [RolloutName]
    /// Of an approval stage: the decision, once made.
    public var decision: Decision?

    public init(name: String, progress: Progress = .pending, steps: [StepStatus] = []) {
        self.name = name
        self.progress = progress
        self.steps = steps
        earlierRollouts = []
    }
}

public struct Decision: Codable, Sendable, Hashable {
    public var approved: Bool
    public var by: UserName
    public var at: Timestamp
    public var comment: String?
    /// The newer run that it was given in spite of.
    public var overriding: RunName?
    public init(
        approved: Bool, by: UserName, at: Timestamp, comment: String? = nil, overriding: RunName? = nil
    ) {
        (self.approved, self.by, self.at, self.comment) = (approved, by, at, comment)
        self.overriding = overriding
    }
}

public struct StepStatus: Codable, Sendable, Hashable {
    public var kind: StepKind
    public var progress: Progress
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    /// Counted from 1; a step interrupted by no fault of its own is tried again.
    public var attempt: Int
    /// How often its process vanished without a result since the run was last started or retried.
    public var losses: Int
    public var result: StepResult?
    public var tests: TestSummary?
    public var reason: String?

    public init(kind: StepKind, progress: Progress = .pending, attempt: Int = 0) {
        self.kind = kind
        self.progress = progress
        self.attempt = attempt
        losses = 0
    }
}

/// How a step's process ended. Exactly one of `exitCode`, `signal` and `startFailure` is set.
public struct StepResult: Codable, Sendable, Hashable {
    public var exitCode: Int?
    public var signal: Int?
    /// The program could not be started; the reason in words.
    public var startFailure: String?
    public var timedOut: Bool
    public var outOfMemory: Bool
    /// Another limit that it went beyond, as what it took: `more than 10Gi of disk`.
    public var exceeded: String?
    /// Bytes of output beyond the limit that were read and thrown away.
    public var droppedOutputBytes: Int64
    public var startedAt: Timestamp
    public var finishedAt: Timestamp

    public init(
        exitCode: Int? = nil, signal: Int? = nil, startFailure: String? = nil, timedOut: Bool = false,
        outOfMemory: Bool = false, exceeded: String? = nil, droppedOutputBytes: Int64 = 0,
        startedAt: Timestamp, finishedAt: Timestamp
    ) {
        (self.exitCode, self.signal, self.startFailure) = (exitCode, signal, startFailure)
        (self.timedOut, self.outOfMemory, self.exceeded) = (timedOut, outOfMemory, exceeded)
        (self.droppedOutputBytes, self.startedAt, self.finishedAt) = (
            droppedOutputBytes, startedAt, finishedAt
        )
    }

    public var succeeded: Bool { exitCode == 0 && !timedOut && !outOfMemory && exceeded == nil }
}

/// Read from JUnit XML reports that a test step left in the workspace.
public struct TestSummary: Codable, Sendable, Hashable {
    public var passed: Int
    public var failed: Int
    public var skipped: Int
    /// Names of failed tests, at most `failureLimit`.
    public var failures: [String]
    public static let failureLimit = 50
    public init(passed: Int, failed: Int, skipped: Int, failures: [String]) {
        (self.passed, self.failed, self.skipped, self.failures) = (passed, failed, skipped, failures)
    }
}
