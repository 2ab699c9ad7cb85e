import Model

/// What a stable address is for, as the key that its port is kept under.
enum StableUse {
    static func frontDoor(_ environment: EnvironmentName, _ region: RegionName) -> String {
        "front-door/\(environment)/\(region)"
    }

    /// The port that callers get: the first http port, else the first one. Not named, since a service may be called
    /// before anybody knows its ports.
    static func first(_ workload: WorkloadName) -> String { "service/\(workload)/first" }

    static func port(_ name: String, of spec: ServiceSpec, _ workload: WorkloadName) -> String {
        name == firstPort(of: spec)?.name ? first(workload) : "service/\(workload)/port/\(name)"
    }

    static func firstPort(of spec: ServiceSpec) -> PortSpec? {
        spec.ports.first { $0.transport == .http } ?? spec.ports.first
    }
}
