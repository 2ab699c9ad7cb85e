import GantryBase
package import Model

/// Writes the effective spec of one environment with the keys of service.yaml, all defaults written out.
package enum EffectiveYAML {
    /// The text is no service.yaml by itself: `regions` stands at its top, since it is one environment's.
    package static func render(_ spec: ServiceSpec) -> String {
        var lines = [
            "apiVersion: gantry/v1", "kind: Service", "name: \(YAMLText.scalar(spec.name.name))",
            "language: \(YAMLText.scalar(spec.language.description))",
        ]
        lines.append("owner: \(YAMLText.list(spec.owner))")
        lines += build(spec.build)
        lines.append("run: {command: \(YAMLText.list(spec.command))}")
        lines += list("ports", spec.ports) {
            "{name: \(YAMLText.scalar($0.name)), port: \($0.port), protocol: \($0.transport.rawValue)}"
        }
        lines.append("calls: \(YAMLText.list(spec.calls.map(\.path)))")
        lines += health(spec.health)
        let stop = spec.stop
        lines.append(
            "stop: {discovery: \(YAMLText.scalar(stop.discovery)), drain: \(stop.drain), grace: \(stop.grace)}"
        )
        let (cpu, memory) = (spec.resources.cpu, spec.resources.memory)
        lines.append(
            "resources: {cpu: \(cpu.request)..\(cpu.limit), memory: \(memory.request)..\(memory.limit)}")
        lines.append(scale(spec.scale))
        let rollout = spec.rollout
        lines.append(
            "rollout: {surge: \(rollout.surge), unavailable: \(rollout.unavailable), "
                + "deadline: \(rollout.deadline)}")
        lines += list("expose", spec.expose) {
            "{host: \(YAMLText.scalar($0.host)), path: \(YAMLText.scalar($0.path))}"
        }
        lines.append(spec.env.isEmpty ? "env: {}" : "env:")
        lines += spec.env.sorted { $0.key < $1.key }.map {
            "  \(YAMLText.scalar($0.key)): \(YAMLText.scalar($0.value))"
        }
        lines.append("config: {files: \(YAMLText.list(spec.configFiles))}")
        lines.append("secrets: \(YAMLText.list(spec.secrets))")
        lines.append("egress: \(YAMLText.list(spec.egress))")
        let logs = spec.logs ?? LogsSpec()
        lines.append(
            "logs: {files: \(YAMLText.list(logs.files)), format: \(logs.format.rawValue), "
                + "mask: \(YAMLText.list(logs.mask))}")
        lines.append("regions: \(YAMLText.list(spec.regions.map(\.text)))")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list<Item>(_ key: String, _ items: [Item], _ line: (Item) -> String) -> [String] {
        items.isEmpty ? ["\(key): []"] : ["\(key):"] + items.map { "  - \(line($0))" }
    }

    private static func build(_ build: BuildSpec) -> [String] {
        let commands = [("lint", build.lint), ("test", build.test), ("command", build.command)]
        return ["build:"]
            + commands.map { "  \($0): \($1.map(YAMLText.scalar) ?? "null")" }
            + ["  output: \(YAMLText.list(build.output))"]
    }

    private static func health(_ health: HealthSpec) -> [String] {
        let probes = [
            ("startup", health.startup), ("readiness", health.readiness), ("liveness", health.liveness),
        ]
        let lines = probes.compactMap { name, probe in probe.map { "  \(name): \(Self.probe($0))" } }
        return lines.isEmpty ? ["health: {}"] : ["health:"] + lines
    }

    private static func probe(_ probe: Probe) -> String {
        let action =
            switch probe.action {
            case .http(let path, let port):
                "http: \(YAMLText.scalar(path)), port: \(YAMLText.scalar(port))"
            case .tcp(let port): "tcp: \(YAMLText.scalar(port))"
            case .exec(let command): "exec: \(YAMLText.list(command))"
            }
        return "{\(action), delay: \(probe.delay), period: \(probe.period), timeout: \(probe.timeout), "
            + "successes: \(probe.successes), failures: \(probe.failures)}"
    }

    private static func scale(_ scale: ScaleSpec) -> String {
        var parts = ["min: \(scale.min)", "max: \(scale.max)"]
        if let cpu = scale.cpu { parts.append("cpu: \(cpu)%") }
        if let rps = scale.rps { parts.append("rps: \(rps)") }
        return "scale: {\(parts.joined(separator: ", "))}"
    }
}
