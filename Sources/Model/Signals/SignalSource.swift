/// Who sent a signal, as the sender's token says; what a signal claims about itself is not asked.
public struct SignalSource: Codable, Sendable, Hashable {
    public var instance: InstanceName
    /// Nil for what runs without a release of ours, such as a container that Gantry only watches.
    public var release: ReleaseName?

    public init(instance: InstanceName, release: ReleaseName?) {
        (self.instance, self.release) = (instance, release)
    }

    public var workload: WorkloadName { instance.workload }
    public var service: ServiceName { instance.workload.service }
    public var environment: EnvironmentName { instance.workload.environment }
    public var region: RegionName { instance.workload.region }
}
