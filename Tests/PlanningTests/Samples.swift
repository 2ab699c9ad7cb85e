import GantryBase
import Model
import Planning

/// Values that the tests of planners start from.
enum Sample {
    static let service = ServiceName("yidian", "article")
    static let workload = WorkloadName(service, "production", "guangzhou")
    static let start = Timestamp(seconds: 1_800_000_000)

    static func release(_ number: Int) -> ReleaseName { ReleaseName(service, number) }

    static func spec(_ name: ServiceName = service, regions: [RegionName] = ["guangzhou"]) -> ServiceSpec {
        ServiceSpec(
            name: name, language: Language("python", "3.11"), command: ["python3", "main.py"],
            ports: [PortSpec(name: "http", port: 8080)],
            health: HealthSpec(readiness: Probe(.http(path: "/readyz", port: "http"))),
            stop: StopSpec(discovery: "polaris", wait: .seconds(10)), env: ["LOG_LEVEL": "info"],
            regions: regions)
    }

    static func planned(
        _ spec: ServiceSpec = spec(), release: String? = "1", replicas: Int = 2,
        override: WorkloadOverride? = nil
    ) -> PlannedWorkload {
        PlannedWorkload(
            cluster: "local", release: release, replicas: replicas, spec: spec, override: override)
    }

    static let environments: [EnvironmentName] = ["development", "testing", "staging", "production"]
    static let regions: [RegionName] = ["guangzhou", "nanjing", "tianjin", "hongkong"]

    static func platform() -> PlatformSpec {
        let bound = Dictionary(uniqueKeysWithValues: regions.map { ($0, ClusterName("local")) })
        return PlatformSpec(
            name: "clinic", businesses: [Business(name: "yidian")], regions: regions.map { Region(name: $0) },
            clusters: [Cluster(name: "local", kind: .local)],
            environments: environments.map { EnvironmentSpec(name: $0, regions: bound) }, pipelines: [:])
    }

    static func instance(
        _ id: String, _ phase: InstanceStatus.Phase, release number: Int = 2, generation: String = "",
        restarts: Int = 0, reason: String? = nil, age: Int64 = 60, in workload: WorkloadName = workload
    ) -> InstanceStatus {
        let started = start - .seconds(age)
        return InstanceStatus(
            name: InstanceName(workload, id), release: release(number), phase: phase, restarts: restarts,
            reason: reason, startedAt: started, changedAt: started, generation: generation)
    }
}
