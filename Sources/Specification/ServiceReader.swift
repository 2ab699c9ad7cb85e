import GantryBase
import Model

/// Reads the effective tree of one environment, and reports what the shape alone cannot see.
struct ServiceReader {
    static let defaultDiscovery = "kubernetes"

    let report: Report
    let service: ServiceName
    let platform: PlatformSpec?
    let knownServices: Set<ServiceName>?
    let exposed: [EnvironmentName: [Exposure: ServiceName]]

    /// - Returns: the spec, which is right only when the report has no error.
    func read(_ root: YAMLNode, in environment: EnvironmentName?) -> ServiceSpec {
        let (language, defaults) = readLanguage(root)
        let ports = readPorts(root["ports"])
        let scale = readScale(root["scale"])
        let command = readCommand(root, language, defaults)
        let health = HealthReader(report: report, ports: ports).read(root["health"])
        let stop = readStop(root["stop"], root.place)
        let env = readEnv(root["env"])
        // A language or stop that cannot be read is in the report; the rest is read for its own mistakes.
        return ServiceSpec(
            name: service, language: language ?? Language("", ""), owner: root["owner"]?.texts ?? [],
            build: readBuild(root["build"], defaults), command: command, ports: ports.known,
            calls: readCalls(root["calls"]), health: health,
            stop: stop ?? StopSpec(discovery: Self.defaultDiscovery, wait: .zero),
            resources: readResources(root["resources"]), scale: scale,
            rollout: readRollout(root["rollout"], root["scale"], scale),
            expose: readExposures(root["expose"], ports, environment), env: env,
            configFiles: root["config"]?["files"]?.texts ?? [],
            secrets: readSecrets(root["secrets"], env), egress: root["egress"]?.texts ?? [],
            logs: root["logs"].flatMap(readLogs),
            regions: readRegions(root["regions"], environment))
    }

    private func readLanguage(_ root: YAMLNode) -> (Language?, LanguageDefaults?) {
        guard let node = root["language"], let text = node.text, TextForm.language.problem(text) == nil,
            let at = text.firstIndex(of: "@")
        else { return (nil, nil) }
        let language = Language(String(text[..<at]), String(text[text.index(after: at)...]))
        let defaults = LanguageDefaults.known[language.name]
        if defaults == nil {
            report.error(
                node.place, "unknown-language", "language: \"\(language.name)\" is not known",
                hint: Nearest.hint(language.name, among: LanguageDefaults.names))
        }
        return (language, defaults)
    }

    private func readBuild(_ node: YAMLNode?, _ defaults: LanguageDefaults?) -> BuildSpec {
        var build = defaults?.build ?? BuildSpec()
        if let lint = node?["lint"] { build.lint = lint.text }
        if let test = node?["test"] { build.test = test.text }
        if let command = node?["command"] {
            build.command = command.text
            // The default output is what the default command makes.
            build.output = []
        }
        if let output = node?["output"] { build.output = output.texts }
        return build
    }

    private func readCommand(
        _ root: YAMLNode, _ language: Language?, _ defaults: LanguageDefaults?
    ) -> [String] {
        if let node = root["run"]?["command"] { return node.texts }
        if let defaults, let language, defaults.command == nil {
            report.error(
                root["run"]?.place ?? root.place, "missing-command",
                "run.command is missing, and \(language.name) has no default for it",
                hint: "write run: {command: [PROGRAM, ARGUMENT]}")
        }
        return defaults?.command ?? []
    }

    private func readStop(_ node: YAMLNode?, _ rootPlace: Place) -> StopSpec? {
        let discovery = node?["discovery"]?.text ?? Self.defaultDiscovery
        let table = platform?.discovery ?? PlatformSpec.builtInDiscovery
        let drain: Period = node?["drain"]?.amount() ?? .seconds(10)
        let grace: Period? = node?["grace"]?.amount()
        guard let wait = table[discovery] else {
            // Another platform may know it: without one nothing can be said.
            guard platform != nil else {
                return StopSpec(discovery: discovery, wait: .zero, drain: drain, grace: grace)
            }
            report.error(
                node?["discovery"]?.place ?? node?.place ?? rootPlace, "unknown-discovery",
                "there is no discovery system \"\(YAMLNode.short(discovery))\" on this platform",
                hint: Nearest.hint(discovery, among: table.keys.sorted()))
            return nil
        }
        let derived = StopSpec.derivedGrace(wait: wait, drain: drain)
        if let grace, grace < derived, let node, let written = node["grace"] {
            let place = [node["drain"], node["discovery"]].compactMap(\.self).reduce(written.place) {
                $1.place.inOverride ? Place.blame($0, $1.place) : $0
            }
            report.error(
                place, "grace-too-short",
                "stop.grace: \(grace) is shorter than a stop takes: \(wait) discovery wait (\(discovery)) + "
                    + "\(drain) drain + \(StopSpec.supervisor) supervisor + \(StopSpec.margin) margin = \(derived)",
                hint: "remove grace, which is derived, or write at least \(derived)")
        }
        return StopSpec(discovery: discovery, wait: wait, drain: drain, grace: grace)
    }

    private func readEnv(_ node: YAMLNode?) -> [String: String] {
        var env: [String: String] = [:]
        for entry in node?.entries ?? [] {
            env[entry.key] = entry.value.text
            if SignalPlan.serviceVariables.contains(entry.key) {
                report.warning(
                    entry.keyPlace, "variable-overridden", "env.\(entry.key) is set by Gantry, which wins",
                    hint: "remove it: traces go to the agent beside the instance")
            }
        }
        return env
    }

    /// - Returns: nil for the defaults, however they are written, so that they are one and the same.
    private func readLogs(_ node: YAMLNode) -> LogsSpec? {
        let files = node["files"]
        if let files, files.items.count > ServiceShape.logFileLimit {
            report.error(
                files.place, "too-many-log-files",
                "logs.files: \(files.items.count) paths are more than \(ServiceShape.logFileLimit)",
                hint: "write several files as one pattern: /data/log/*.log")
        }
        let logs = LogsSpec(
            files: unrepeated(files), format: node["format"]?.text.flatMap(LogsSpec.Format.init) ?? .auto,
            mask: unrepeated(node["mask"]))
        return logs == LogsSpec() ? nil : logs
    }

    private func unrepeated(_ node: YAMLNode?) -> [String] {
        var texts: [String] = []
        for item in node?.items ?? [] {
            guard let text = item.text else { continue }
            guard texts.contains(text) else {
                texts.append(text)
                continue
            }
            report.error(
                item.place, "listed-twice", "\(YAMLNode.short(text)) is listed twice", hint: "remove one")
        }
        return texts
    }

    private func readSecrets(_ node: YAMLNode?, _ env: [String: String]) -> [String] {
        var names: [String] = []
        for item in node?.items ?? [] {
            guard let name = item.text else { continue }
            if env[name] != nil {
                report.error(
                    item.place, "secret-in-env", "\(name) is a secret and in env at once",
                    hint: "remove it from env; a secret is set with the command line")
            }
            if names.contains(name) {
                report.error(
                    item.place, "duplicate-secret", "the secret \(name) is listed twice", hint: "remove one")
            }
            names.append(name)
        }
        return names
    }
}
