package import Model

/// Reads `service.yaml`: what a service is, in each environment of a platform.
package enum ServiceFile {
    /// Reads the file of one service, with every mistake in it.
    ///
    /// - Parameters:
    ///   - service: the service whose repository the file is in; nil when that is not known (its business is
    ///     then `-`, and the name in the file is taken).
    ///   - platform: nil checks only what needs no platform: the base, and each environment that the file names.
    ///   - knownServices: what calls may go to; a call to another service is a warning, since services that call
    ///     each other cannot all be pushed first.
    ///   - exposed: the hosts and paths that other services have, in their normal form; to expose one is an error.
    package static func read(
        _ text: String, file: String = "service.yaml", service: ServiceName?, platform: PlatformSpec?,
        knownServices: Set<ServiceName>? = nil, exposed: [EnvironmentName: [Exposure: ServiceName]] = [:]
    ) -> Reading<ServiceDefinition> {
        let report = Report(file: file)
        guard let root = YAMLDocument.read(text, report) else { return report.finish(nil) }
        guard !FileKind.isOther(root, than: .service, report) else { return report.finish(nil) }
        ShapeCheck.run(root, ServiceShape.shape, report)
        let name = service ?? ServiceName("-", root["name"]?.text ?? "")
        checkName(root, name, platform, report)
        let reader = ServiceReader(
            report: report, service: name, platform: platform, knownServices: knownServices,
            exposed: exposed)
        let environments = read(root, reader)
        return report.finish(ServiceDefinition(name: name, environments: environments))
    }

    private static func read(_ root: YAMLNode, _ reader: ServiceReader) -> [EnvironmentName: ServiceSpec] {
        let overrides = root["environments"]
        let base = YAMLNode(
            content: .mapping(root.entries.filter { $0.key != "environments" }), place: root.place)
        if let platform = reader.platform {
            checkEnvironments(overrides, platform, reader.report)
        } else {
            _ = reader.read(base, in: nil)
        }
        let names =
            reader.platform?.environments.map(\.name.text) ?? overrides?.entries.map(\.key) ?? []
        var specs: [EnvironmentName: ServiceSpec] = [:]
        for name in names {
            let override = overrides?[name]
            if override?.isNull == true { continue }
            let node = override.map { Overrides.merge(base, $0) } ?? base
            specs[EnvironmentName(name)] = reader.read(node, in: EnvironmentName(name))
        }
        if specs.isEmpty, let overrides, reader.platform != nil {
            reader.report.error(
                overrides.place, "no-environment", "the service runs in no environment",
                hint: "remove the null of at least one environment")
        }
        return specs
    }

    private static func checkName(
        _ root: YAMLNode, _ service: ServiceName, _ platform: PlatformSpec?, _ report: Report
    ) {
        guard let node = root["name"], let name = node.text else { return }
        guard name == service.name else {
            return report.error(
                node.place, "name-differs",
                "name is \"\(YAMLNode.short(name))\", and the repository is \(service.path)",
                hint: "write name: \(service.name)")
        }
        guard let pattern = platform?.business(service.business)?.serviceNames,
            NamingNorm.check(name, .service) == nil,
            let violation = NamingNorm.check(name, .service, pattern: pattern)
        else { return }
        report.error(node.place, "name-norm", "name: \(violation.message)", hint: violation.hint)
    }

    private static func checkEnvironments(
        _ overrides: YAMLNode?, _ platform: PlatformSpec, _ report: Report
    ) {
        for entry in overrides?.entries ?? []
        where platform.environment(EnvironmentName(entry.key)) == nil {
            report.error(
                entry.keyPlace, "unknown-environment",
                "there is no environment \"\(YAMLNode.short(entry.key))\" on this platform",
                hint: Nearest.hint(entry.key, among: platform.environments.map(\.name.text)))
        }
    }
}
