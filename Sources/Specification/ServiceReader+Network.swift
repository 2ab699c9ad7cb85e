import GantryBase
import Model

/// The ports that could be read, and whether those were all.
struct ReadPorts {
    var known: [PortSpec] = []
    /// When a port is itself wrong, its name may be the one that a probe asks for.
    var isComplete = true

    var firstHTTP: PortSpec? { known.first { $0.transport == .http } }
}

/// Ports, calls, exposures and regions.
extension ServiceReader {
    func readPorts(_ node: YAMLNode?) -> ReadPorts {
        var ports = ReadPorts()
        guard let node else { return ports }
        if case .sequence = node.content {} else { ports.isComplete = false }
        for item in node.items {
            guard let name = item["name"]?.text, let number = item["port"]?.integer,
                ServiceShape.portRange.contains(number),
                let transport = PortSpec.Transport(rawValue: item["protocol"]?.text ?? "http")
            else {
                ports.isComplete = false
                continue
            }
            if ports.known.contains(where: { $0.name == name }) {
                report.error(
                    item["name"]?.place ?? item.place, "duplicate-port", "two ports are named \(name)",
                    hint: "give each port a name of its own")
            }
            if let other = ports.known.first(where: { $0.port == number }) {
                report.error(
                    item["port"]?.place ?? item.place, "duplicate-port",
                    "port \(number) is also that of \(other.name)", hint: "give each a number of its own")
            }
            ports.known.append(PortSpec(name: name, port: number, transport: transport))
        }
        return ports
    }

    func readCalls(_ node: YAMLNode?) -> [ServiceName] {
        var calls: [ServiceName] = []
        for item in node?.items ?? [] {
            guard let text = item.text, TextForm.service.problem(text) == nil,
                let callee = ServiceName(path: text)
            else { continue }
            checkCall(callee, item.place)
            if calls.contains(callee) {
                report.error(
                    item.place, "duplicate-call", "\(callee) is listed twice", hint: "remove one of them")
            } else {
                calls.append(callee)
            }
        }
        return calls
    }

    private func checkCall(_ callee: ServiceName, _ place: Place) {
        if callee == service {
            report.error(
                place, "calls-itself", "\(callee) calls itself",
                hint: "remove it; a service reaches itself without being told where it is")
        }
        if let platform, platform.business(callee.business) == nil {
            report.error(
                place, "unknown-business", "there is no business \"\(callee.business)\" on this platform",
                hint: Nearest.hint(callee.business.text, among: platform.businesses.map(\.name.text)))
        } else if let knownServices, callee != service, !knownServices.contains(callee) {
            let hint = Nearest.find(callee.path, among: knownServices.map(\.path).sorted())
            report.warning(
                place, "unknown-service", "there is no service \(callee) yet",
                hint: hint.map { "did you mean \($0)?" } ?? "calls to it fail until it is there")
        }
    }

    func readExposures(
        _ node: YAMLNode?, _ ports: ReadPorts, _ environment: EnvironmentName?
    ) -> [Exposure] {
        let taken = environment.flatMap { exposed[$0] } ?? [:]
        var exposures: [Exposure] = []
        for item in node?.items ?? [] {
            guard let host = item["host"]?.text else { continue }
            let exposure = Exposure(host: host, path: item["path"]?.text ?? "/")
            if let other = taken[exposure.normal] {
                report.error(
                    item.place, "exposure-taken", "\(host)\(exposure.path) is exposed by \(other) already",
                    hint: "choose another host or path, or take it out of the service.yaml of \(other) first")
            }
            if exposures.contains(where: { $0.normal == exposure.normal }) {
                report.error(
                    item.place, "duplicate-exposure", "\(host)\(exposure.path) is exposed twice",
                    hint: "remove one of them")
            } else {
                exposures.append(exposure)
            }
        }
        if let node, !exposures.isEmpty, ports.isComplete, ports.firstHTTP == nil {
            report.error(
                node.place, "exposure-without-port", "expose needs a port with protocol http",
                hint: "add ports: [{name: http, port: 8080, protocol: http}]")
        }
        return exposures
    }

    /// - Returns: the regions in the order of the platform; all of the environment when none are written.
    func readRegions(_ node: YAMLNode?, _ environment: EnvironmentName?) -> [RegionName] {
        let written = node?.items.compactMap { item in item.text.map { (RegionName($0), item.place) } }
        var seen: Set<RegionName> = []
        for (region, place) in written ?? [] where !seen.insert(region).inserted {
            report.error(place, "duplicate-region", "\(region) is listed twice", hint: "remove one of them")
        }
        guard let platform, let environment, let place = platform.environment(environment) else {
            return written?.map(\.0) ?? []
        }
        let here = platform.regions.map(\.name).filter { place.regions[$0] != nil }
        for (region, place) in written ?? [] where !here.contains(region) {
            let exists = platform.regions.contains { $0.name == region }
            report.error(
                place, exists ? "region-not-here" : "unknown-region",
                exists
                    ? "\(environment) does not run in the region \(region)"
                    : "there is no region \"\(YAMLNode.short(region.text))\" on this platform",
                hint: Nearest.hint(region.text, among: here.map(\.text)))
        }
        return written == nil ? here : here.filter(seen.contains)
    }
}
