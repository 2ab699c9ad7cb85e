import GantryBase
import Model

/// What a driver did against the contract of `ClusterDriver`.
package struct ClusterConformanceFailure: Error, CustomStringConvertible {
    package var promise: String
    package var found: String
    package var line: UInt
    package var description: String { "\(promise): \(found) (line \(line))" }
}

/// The promises of `ClusterDriver`, each as a function that throws when a driver breaks it.
///
/// Knows no test framework and no kind of cluster: the subject brings the driver and programs that run on it. Each case
/// uses a workload of its own and removes it.
package struct ClusterConformance: Sendable {
    /// A sentence of the contract and how it is tried.
    package struct Case: Sendable, CustomStringConvertible {
        package var promise: String
        var check: @Sendable (Subject) async throws -> Void
        package var description: String { promise }
    }

    /// What a program of the subject does.
    package enum Behaviour: Sendable {
        /// Becomes ready, and prints `line 1`, `line 2` … from its start on, some each second.
        case good
        /// Runs and never becomes ready.
        case neverReady
    }

    /// The driver under test.
    package struct Subject: Sendable {
        package var driver: any ClusterDriver
        /// A workload that no other case uses, with surge 1, unavailable 0 and a discovery wait of a second at most.
        /// - Parameters: a word that names the workload, the number of its release, what the program does, replicas.
        package var target: @Sendable (String, Int, Behaviour, Int) async throws -> WorkloadTarget
        /// How long a change may take on this kind of cluster.
        package var patience: Duration

        package init(
            driver: any ClusterDriver, patience: Duration = .seconds(60),
            target: @escaping @Sendable (String, Int, Behaviour, Int) async throws -> WorkloadTarget
        ) {
            (self.driver, self.patience, self.target) = (driver, patience, target)
        }
    }

    package static let cases: [Case] = [
        Case(promise: "what is applied becomes ready and is accepted", check: applying),
        Case(promise: "applying the same twice changes nothing", check: applyingTwice),
        Case(promise: "the number of instances follows replicas, up, down and to none", check: scaling),
        Case(promise: "a rolling update keeps the least ready and the most running", check: rolling),
        Case(promise: "another generation replaces instances of one release", check: generations),
        Case(promise: "a release that never becomes ready leaves the old one serving", check: badRelease),
        Case(promise: "a removed workload is stopped and forgotten", check: removing),
        Case(promise: "output is read and followed until the instance is gone", check: following),
        Case(promise: "what the cluster does not know is nothing", check: unknown),
    ]

    package static func run(_ item: Case, on subject: Subject) async throws {
        try await item.check(subject)
    }
}

// What the cases are written with.
extension ClusterConformance {
    static func expect(
        _ condition: Bool, _ found: @autoclosure () -> String, _ promise: String = #function,
        line: UInt = #line
    ) throws {
        if !condition { throw ClusterConformanceFailure(promise: promise, found: found(), line: line) }
    }

    /// Asks until the status is as wanted; `always` must hold at every look on the way.
    @discardableResult
    static func wait(
        _ subject: Subject, _ name: WorkloadName, promise: String = #function, line: UInt = #line,
        always: (WorkloadStatus) throws -> Void = { _ in }, until isDone: (WorkloadStatus?) -> Bool
    ) async throws -> WorkloadStatus? {
        let deadline = ContinuousClock.now + subject.patience
        while true {
            let status = try await subject.driver.observe(name)
            if let status { try always(status) }
            if isDone(status) { return status }
            guard ContinuousClock.now < deadline else {
                let found = status.map { "\($0)" } ?? "nothing"
                throw ClusterConformanceFailure(promise: promise, found: "still \(found)", line: line)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// All wanted instances are ready, and no other is there but what has ended.
    static func isSettled(_ status: WorkloadStatus?, on target: WorkloadTarget) -> Bool {
        let running = status?.instances.filter { $0.phase != .stopped } ?? []
        return running.count == target.replicas
            && running.allSatisfy {
                $0.phase == .ready && $0.release == target.release && $0.generation == target.generation
            }
    }

    static func ready(_ status: WorkloadStatus?) -> Int {
        status?.instances.count { $0.phase == .ready } ?? 0
    }

    static func remove(_ subject: Subject, _ name: WorkloadName) async throws {
        try await subject.driver.remove(name)
        try await wait(subject, name) { $0 == nil }
    }
}
