import GantryBase
import Model

/// Reads the three probes.
struct HealthReader {
    let report: Report
    let ports: ReadPorts

    func read(_ node: YAMLNode?) -> HealthSpec {
        var health = HealthSpec()
        health.startup = readProbe(node?["startup"], "health.startup", onePass: true)
        health.readiness = readProbe(node?["readiness"], "health.readiness", onePass: false)
        health.liveness = readProbe(node?["liveness"], "health.liveness", onePass: true)
        if let liveness = health.liveness, let readiness = health.readiness,
            liveness.failures < readiness.failures, let place = node?["liveness"]?.place
        {
            report.warning(
                node?["liveness"]?["failures"]?.place ?? place, "liveness-before-readiness",
                "health.liveness: the program is started again after \(liveness.failures) failures, before "
                    + "readiness takes it out of the way after \(readiness.failures)",
                hint: "give liveness more failures than readiness")
        }
        return health
    }

    private func readProbe(_ node: YAMLNode?, _ path: String, onePass: Bool) -> Probe? {
        guard let node, case .mapping = node.content, let action = readAction(node, path) else { return nil }
        var probe = Probe(action)
        if let delay: Period = node["delay"]?.amount() { probe.delay = delay }
        if let period: Period = node["period"]?.amount() { probe.period = period }
        if let timeout: Period = node["timeout"]?.amount() { probe.timeout = timeout }
        if let failures = node["failures"]?.integer { probe.failures = failures }
        if let written = node["successes"], let successes = written.integer {
            probe.successes = successes
            if onePass, successes > 1 {
                report.error(
                    written.place, "probe-successes", "\(path): successes must be 1 here",
                    hint: "remove it; only readiness may ask for several")
            }
        }
        return probe
    }

    private func readAction(_ node: YAMLNode, _ path: String) -> Probe.Action? {
        let given = node.entries.filter { ["http", "tcp", "exec"].contains($0.key) }
        guard given.count == 1, let entry = given.first else {
            // The shape has reported it where base and override are not merged.
            report.error(
                given.last?.keyPlace ?? node.place, given.isEmpty ? "missing-key" : "too-many-keys",
                given.isEmpty
                    ? "\(path) has none of http, tcp, exec"
                    : "\(path) has \(given.map(\.key).joined(separator: " and ")) at once",
                hint: given.isEmpty
                    ? "write exactly one of them"
                    : "write exactly one of http, tcp, exec; null takes one of the base away",
                subject: given.isEmpty ? "http, tcp, exec" : "")
            return nil
        }
        switch entry.key {
        case "exec":
            return .exec(command: entry.value.texts)
        case "tcp":
            guard let name = entry.value.text else { return nil }
            checkPort(name, entry.value.place, path)
            return .tcp(port: name)
        default:
            guard let url = entry.value.text else { return nil }
            return .http(path: url, port: httpPort(node["port"], entry.value.place, path))
        }
    }

    private func httpPort(_ node: YAMLNode?, _ place: Place, _ path: String) -> String {
        if let node, let name = node.text {
            checkPort(name, node.place, path)
            return name
        }
        if let port = ports.firstHTTP { return port.name }
        if ports.isComplete {
            report.error(
                place, "unknown-port", "\(path): there is no port with protocol http to ask",
                hint: "add ports: [{name: http, port: 8080, protocol: http}]")
        }
        return ""
    }

    private func checkPort(_ name: String, _ place: Place, _ path: String) {
        guard ports.isComplete, !ports.known.contains(where: { $0.name == name }) else { return }
        report.error(
            place, "unknown-port", "\(path): there is no port named \"\(YAMLNode.short(name))\"",
            hint: Nearest.hint(name, among: ports.known.map(\.name)))
    }
}
