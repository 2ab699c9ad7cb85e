package import Model

/// A place where workloads run.
///
/// Lifecycle: a driver is made once per cluster and process. It adopts what already runs there, also what an earlier
/// process started, and leaves it running when the process dies. A workload that it adopted is left exactly as it is
/// until it is applied again or removed: only then is it known what is wanted.
///
/// The driver is told what is wanted (`apply`, `remove`) and makes it so in its own time, within the bounds of
/// `spec.rollout`: never fewer ready instances than `replicas - unavailable` by its own doing, never more than
/// `replicas + surge` that are not stopping. Saying the same thing twice changes nothing. What is so is asked with
/// `observe`; `changes` only says when asking is worth while, may merge several and is never the truth itself.
///
/// Isolation: all calls may come from any task, also at the same time for different workloads. For one workload the
/// call that began last counts.
///
/// Errors: a call throws `GantryError` when what is said cannot be meant (`invalid`) or the cluster cannot be asked
/// (`unavailable`). That a program does not run is no error of a call: the status says it.
package protocol ClusterDriver: Sendable {
    /// Returns when the target is taken up, which is before any of it is ready.
    func apply(_ target: WorkloadTarget) async throws
    /// Stops all instances of a workload by their stop policy and forgets it, once they have ended; until then
    /// `observe` shows them. Of an unknown workload it does nothing.
    func remove(_ workload: WorkloadName) async throws
    /// The status of one workload; nil when the cluster does not know it. An instance that has ended is shown by at
    /// least one call after its end.
    func observe(_ workload: WorkloadName) async throws -> WorkloadStatus?
    /// The names of all workloads that the cluster knows: those that were applied, also by an earlier process, and not
    /// removed. One whose removal is under way may be among them.
    func workloads() async throws -> [WorkloadName]
    /// Names of workloads whose status may have changed since the call. Ends with the driver.
    func changes() -> AsyncStream<WorkloadName>
    /// The output of an instance: the last `lines` lines, then, when following, those to come until the task is
    /// cancelled or the instance is gone. The output of instances that ended is kept for a while.
    func output(of instance: InstanceName, lines: Int, follow: Bool) -> AsyncThrowingStream<String, any Error>
    /// `host:port` at which a region answers requests from outside for an environment; nil before there is one.
    func frontDoor(_ environment: EnvironmentName, _ region: RegionName) async throws -> String?
    /// Lets go of the cluster; instances go on running unless `stoppingInstances`, which returns when all have ended
    /// by their stop policy. Later calls are refused.
    func shutdown(stoppingInstances: Bool) async
}

/// Everything that a cluster must know to run one workload. Holds secrets: never logged, never stored.
package struct WorkloadTarget: Sendable {
    package var name: WorkloadName
    package var release: ReleaseName
    /// Instances made for another generation are replaced; reported back in `WorkloadStatus.accepted`.
    package var generation: String
    /// The digest of the artifact's OCI image manifest.
    package var artifact: String
    package var spec: ServiceSpec
    package var replicas: Int
    package var configuration: [ConfigurationFile]
    package var secrets: [String: String]

    package init(
        name: WorkloadName, release: ReleaseName, generation: String, artifact: String, spec: ServiceSpec,
        replicas: Int, configuration: [ConfigurationFile], secrets: [String: String]
    ) {
        (self.name, self.release, self.generation, self.artifact) = (name, release, generation, artifact)
        (self.spec, self.replicas, self.configuration, self.secrets) = (
            spec, replicas, configuration, secrets
        )
    }
}
