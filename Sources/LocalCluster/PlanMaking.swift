import Clusters
import GantryBase
import Model
import Supervision

/// Makes the plan of an instance from what is wanted of its workload: a pure function.
enum PlanMaking {
    static let instanceVariable = "GANTRY_INSTANCE"
    /// Of one instance, threads included: far beyond what a service needs, and few enough that one which starts them
    /// without end leaves most of the 32,768 numbers that the kernel gives out by default.
    static let mostProcesses = 4096

    /// What the cluster decides about an instance beside the target.
    struct Place: Sendable {
        var id: String
        var folder: InstanceFolder
        var app: String
        var user: ProcessUser?
        /// In the order of `spec.ports`.
        var ports: [Int]
        /// The stable port of each declared callee, and how it talks where that is known.
        var callees: [ServiceName: (port: Int, transport: PortSpec.Transport)]
        var endpoints: String
        var keepsLimits: Bool
        /// Nil where nobody takes signals in.
        var signals: Signals?
    }

    struct Signals: Sendable {
        var gatewayFile: String
        var receiverPort: Int
    }

    static func plan(_ target: WorkloadTarget, _ place: Place) -> InstancePlan {
        let spec = target.spec
        let name = InstanceName(target.name, place.id)
        let bindings = zip(spec.ports, place.ports).map {
            PortBinding(name: $0.name, transport: $0.transport, host: PortBook.host, port: $1)
        }
        let limits = ProcessLimits(
            cpu: spec.resources.cpu.limit, memory: spec.resources.memory.limit,
            processes: mostProcesses, group: "gantry/\(place.id)")
        return InstancePlan(
            name: name, release: target.release, command: spec.command, directory: place.app,
            environment: environment(target, place, bindings), user: place.user, health: spec.health,
            stop: spec.stop, ports: bindings, limits: place.keepsLimits ? limits : nil,
            files: InstanceFiles(
                report: place.folder.report, log: place.folder.output, endpoints: place.endpoints),
            signals: place.signals.map { signals($0, target, place) })
    }

    private static func signals(_ signals: Signals, _ target: WorkloadTarget, _ place: Place) -> SignalPlan {
        let logs = target.spec.logs ?? LogsSpec()
        let files = logs.files.map { path in
            path.hasPrefix(LogsSpec.home + "/")
                ? place.folder.home + path.dropFirst(LogsSpec.home.count) : path
        }
        let peers = place.callees.map { ("\(PortBook.host):\($1.port)", $0) }
        return SignalPlan(
            gatewayFile: signals.gatewayFile, receiverPort: signals.receiverPort,
            folder: place.folder.signals,
            logFiles: files, logOwner: place.user?.uid, logFormat: logs.format,
            peers: Dictionary(peers) { first, _ in first }, mask: logs.mask)
    }

    /// The service's own variables win over the machine's, and Gantry's over both: probes and callers rely on them.
    private static func environment(
        _ target: WorkloadTarget, _ place: Place, _ bindings: [PortBinding]
    ) -> [String: String] {
        let name = target.name
        var variables = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
            "HOME": place.folder.home, "TMPDIR": place.folder.home,
        ]
        variables.merge(language(target.spec.language)) { $1 }
        variables.merge(target.spec.env) { $1 }
        variables.merge([
            "HOST": PortBook.host, "GANTRY_SERVICE": name.service.path,
            "GANTRY_ENVIRONMENT": name.environment.text, "GANTRY_REGION": name.region.text,
            "GANTRY_RELEASE": target.release.path, instanceVariable: InstanceName(name, place.id).path,
        ]) { $1 }
        for binding in bindings { variables["PORT_" + variableName(binding.name)] = "\(binding.port)" }
        if let first = StableUse.firstPort(of: target.spec),
            let binding = bindings.first(where: { $0.name == first.name })
        {
            variables["PORT"] = "\(binding.port)"
        }
        for (callee, address) in place.callees {
            let prefix = variableName("\(callee.business)_\(callee.name)")
            variables[prefix + "_URL"] = "\(address.transport.rawValue)://\(PortBook.host):\(address.port)"
            variables[prefix + "_HOST"] = PortBook.host
            variables[prefix + "_PORT"] = "\(address.port)"
        }
        if let signals = place.signals { variables.merge(telemetry(target, place, signals)) { $1 } }
        return variables
    }

    /// Tells any OpenTelemetry SDK where to send, and everything: the agent counts calls before it samples.
    private static func telemetry(
        _ target: WorkloadTarget, _ place: Place, _ signals: Signals
    ) -> [String: String] {
        let name = target.name
        // Names hold nothing that this form would need escaped.
        let resource = [
            "service.namespace=\(name.service.business)", "service.version=\(target.release.number)",
            "service.instance.id=\(place.id)", "deployment.environment.name=\(name.environment)",
            "cloud.region=\(name.region)",
        ]
        return [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(PortBook.host):\(signals.receiverPort)",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_SERVICE_NAME": name.service.name,
            "OTEL_RESOURCE_ATTRIBUTES": resource.joined(separator: ","), "OTEL_TRACES_SAMPLER": "always_on",
        ]
    }

    /// What base images set for a language: output at once, since it goes to a pipe, and no writing beside the program.
    private static func language(_ language: Language) -> [String: String] {
        language.name == "python" ? ["PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"] : [:]
    }

    /// `yi-sheng` to `YI_SHENG`.
    static func variableName(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                switch byte {
                case 97...122: byte - 32
                case 48...57, 65...90: byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }

    /// Secrets travel in the agent's environment alone, under names that only the agent reads.
    /// - Parameter token: with which the agent sends signals; never the program's.
    static func agentEnvironment(_ secrets: [String: String], token: String?) -> [String: String] {
        var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
        for (name, value) in secrets { variables[AgentSecrets.prefix + name] = value }
        if let token { variables[SignalPlan.tokenVariable] = token }
        return variables
    }
}
