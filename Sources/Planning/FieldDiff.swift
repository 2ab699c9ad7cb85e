import GantryBase
import Model

/// Finds the fields in which two workloads differ, by an explicit list: no reflection, which would be slow and would
/// show the shape of our types in place of the words of `service.yaml`.
struct FieldDiff {
    private var changes: [FieldChange] = []

    static func fields(from before: PlannedWorkload, to after: PlannedWorkload) -> [FieldChange] {
        var diff = FieldDiff()
        diff.compare("cluster", before.cluster.text, after.cluster.text)
        diff.compare("release", before.release, after.release)
        diff.compare("replicas", "\(before.effectiveReplicas)", "\(after.effectiveReplicas)")
        diff.compare(before.spec, after.spec)
        return diff.changes
    }

    private mutating func compare(_ before: ServiceSpec, _ after: ServiceSpec) {
        guard before != after else { return }
        compare("language", before.language, after.language) { $0.description }
        compare("owner", before.owner, after.owner)
        section(before.build, after.build, Fields.build)
        compare("run.command", before.command, after.command)
        section(before.ports, after.ports, Fields.ports)
        compare("calls", before.calls.map(\.path), after.calls.map(\.path))
        section(before.health, after.health, Fields.health)
        section(before.stop, after.stop, Fields.stop)
        section(before.resources, after.resources, Fields.resources)
        section(before.scale, after.scale, Fields.scale)
        section(before.rollout, after.rollout, Fields.rollout)
        compare("expose", before.expose, after.expose) { list in
            Fields.list(list.map { $0.host + $0.path })
        }
        section(before.env, after.env) { $0.map { ("env." + $0.key, $0.value) } }
        compare("config.files", before.configFiles, after.configFiles)
        compare("secrets", before.secrets, after.secrets)
        compare("egress", before.egress, after.egress)
        section(before.logs ?? LogsSpec(), after.logs ?? LogsSpec(), Fields.logs)
    }

    private mutating func compare(_ path: String, _ before: String?, _ after: String?) {
        if before != after { changes.append(FieldChange(path: path, before: before, after: after)) }
    }

    private mutating func compare(_ path: String, _ before: [String], _ after: [String]) {
        compare(path, before, after) { $0.isEmpty ? nil : Fields.list($0) }
    }

    private mutating func compare<Value: Equatable>(
        _ path: String, _ before: Value, _ after: Value, _ text: (Value) -> String?
    ) {
        if before != after { compare(path, text(before), text(after)) }
    }

    /// Writes the fields of a section out only where the sections differ.
    private mutating func section<Value: Equatable>(
        _ before: Value, _ after: Value, _ fields: (Value) -> [(String, String)]
    ) {
        guard before != after else { return }
        let old = Dictionary(fields(before), uniquingKeysWith: { first, _ in first })
        let new = Dictionary(fields(after), uniquingKeysWith: { first, _ in first })
        for path in Set(old.keys).union(new.keys).sorted() { compare(path, old[path], new[path]) }
    }
}

/// Writes sections of a spec as paths and values, in the words of `service.yaml`.
private enum Fields {
    static func list(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }

    static func build(_ build: BuildSpec) -> [(String, String)] {
        var fields: [(String, String)] = []
        if let lint = build.lint { fields.append(("build.lint", lint)) }
        if let test = build.test { fields.append(("build.test", test)) }
        if let command = build.command { fields.append(("build.command", command)) }
        if !build.output.isEmpty { fields.append(("build.output", list(build.output))) }
        return fields
    }

    static func ports(_ ports: [PortSpec]) -> [(String, String)] {
        ports.flatMap { port in
            [
                ("ports.\(port.name).port", "\(port.port)"),
                ("ports.\(port.name).protocol", port.transport.rawValue),
            ]
        }
    }

    static func health(_ health: HealthSpec) -> [(String, String)] {
        probe("health.startup", health.startup) + probe("health.readiness", health.readiness)
            + probe("health.liveness", health.liveness)
    }

    private static func probe(_ path: String, _ probe: Probe?) -> [(String, String)] {
        guard let probe else { return [] }
        let action: (String, String) =
            switch probe.action {
            case .http(let target, let port): ("http", "\(port)\(target)")
            case .tcp(let port): ("tcp", port)
            case .exec(let command): ("exec", list(command))
            }
        return [
            ("\(path).\(action.0)", action.1), ("\(path).delay", "\(probe.delay)"),
            ("\(path).period", "\(probe.period)"), ("\(path).timeout", "\(probe.timeout)"),
            ("\(path).successes", "\(probe.successes)"), ("\(path).failures", "\(probe.failures)"),
        ]
    }

    static func stop(_ stop: StopSpec) -> [(String, String)] {
        [
            ("stop.discovery", stop.discovery), ("stop.wait", "\(stop.wait)"),
            ("stop.drain", "\(stop.drain)"), ("stop.grace", "\(stop.grace)"),
        ]
    }

    static func resources(_ resources: ResourceSpec) -> [(String, String)] {
        [
            ("resources.cpu.request", "\(resources.cpu.request)"),
            ("resources.cpu.limit", "\(resources.cpu.limit)"),
            ("resources.memory.request", "\(resources.memory.request)"),
            ("resources.memory.limit", "\(resources.memory.limit)"),
        ]
    }

    static func scale(_ scale: ScaleSpec) -> [(String, String)] {
        var fields = [("scale.min", "\(scale.min)"), ("scale.max", "\(scale.max)")]
        if let cpu = scale.cpu { fields.append(("scale.cpu", "\(cpu)%")) }
        if let rps = scale.rps { fields.append(("scale.rps", "\(rps)")) }
        return fields
    }

    static func logs(_ logs: LogsSpec) -> [(String, String)] {
        var fields = [("logs.format", logs.format.rawValue)]
        if !logs.files.isEmpty { fields.append(("logs.files", list(logs.files))) }
        if !logs.mask.isEmpty { fields.append(("logs.mask", list(logs.mask))) }
        return fields
    }

    static func rollout(_ rollout: RolloutSpec) -> [(String, String)] {
        [
            ("rollout.surge", "\(rollout.surge)"), ("rollout.unavailable", "\(rollout.unavailable)"),
            ("rollout.deadline", "\(rollout.deadline)"),
        ]
    }
}
