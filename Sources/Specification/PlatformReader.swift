import GantryBase
import Model

/// Reads a platform's tree, and reports what the shape alone cannot see.
struct PlatformReader {
    let report: Report

    func read(_ root: YAMLNode) -> PlatformSpec {
        let regions = readRegions(root["regions"])
        let clusters = readClusters(root["clusters"])
        let environments = readEnvironments(root["environments"], regions, clusters)
        let pipelines = PipelineReader(report: report, environments: environments.map(\.name))
            .read(root["pipelines"])
        let businesses = readBusinesses(root["businesses"], pipelines)
        checkNamespaces(root["environments"], businesses, environments)
        var spec = PlatformSpec(
            name: root["name"]?.text ?? "", businesses: businesses, regions: regions, clusters: clusters,
            environments: environments, pipelines: pipelines)
        for entry in root["discovery"]?.entries ?? [] {
            spec.discovery[entry.key] = entry.value.amount() ?? .zero
        }
        if let branches = root["protectedBranches"] { spec.protectedBranches = branches.texts }
        spec.isolation = root["isolation"]?.text.flatMap(Isolation.init(rawValue:)) ?? .business
        spec.signIn = root["signIn"].map { SignInReader(report: report, businesses: businesses).read($0) }
        return spec
    }

    private func readBusinesses(_ node: YAMLNode?, _ pipelines: [String: [StageTemplate]]) -> [Business] {
        named(node, "business").map { name, item in
            var business = Business(
                name: BusinessName(name), title: item["title"]?.text ?? "", serviceNames: item["names"]?.text)
            for entry in item["members"]?.entries ?? [] {
                business.members[UserName(entry.key)] = entry.value.text.flatMap(Role.init(rawValue:))
            }
            if let pipeline = item["pipeline"], let name = pipeline.text {
                business.pipeline = name
                if pipelines[name] == nil {
                    report.error(
                        pipeline.place, "unknown-pipeline",
                        "there is no pipeline \"\(YAMLNode.short(name))\"",
                        hint: Nearest.hint(name, among: pipelines.keys.sorted()))
                }
            }
            return business
        }
    }

    private func readRegions(_ node: YAMLNode?) -> [Region] {
        let named = named(node, "region")
        for (name, item) in named {
            // SERVICE-REGION must say which service it is of.
            for (other, _) in named where name.hasSuffix("-\(other)") {
                report.error(
                    item["name"]?.place ?? item.place, "ambiguous-region",
                    "the region \(name) ends like the region \(other), so that workloads of two services could "
                        + "have one name", hint: "rename one of them")
            }
        }
        return named.map { Region(name: RegionName($0), title: $1["title"]?.text ?? "") }
    }

    private func readClusters(_ node: YAMLNode?) -> [Cluster] {
        named(node, "cluster").map { name, item in
            let kind = item["kind"]?.text.flatMap(Cluster.Kind.init(rawValue:))
            return Cluster(name: ClusterName(name), kind: kind ?? .local)
        }
    }

    private func readEnvironments(
        _ node: YAMLNode?, _ regions: [Region], _ clusters: [Cluster]
    ) -> [EnvironmentSpec] {
        named(node, "environment").map { name, item in
            let bindings = RegionBindings(report: report, regions: regions, clusters: clusters)
                .read(item["regions"], of: name, item.place)
            return EnvironmentSpec(name: EnvironmentName(name), regions: bindings)
        }
    }

    /// Two pairs of business and environment must not share the namespace BUSINESS-ENVIRONMENT.
    private func checkNamespaces(
        _ node: YAMLNode?, _ businesses: [Business], _ environments: [EnvironmentSpec]
    ) {
        var owners: [String: (BusinessName, EnvironmentName)] = [:]
        for environment in environments {
            for business in businesses {
                let namespace = KubernetesNames.namespace(business.name, environment.name)
                guard let owner = owners.updateValue((business.name, environment.name), forKey: namespace)
                else { continue }
                let item = node?.items.first { $0["name"]?.text == environment.name.text }
                report.error(
                    item?["name"]?.place ?? .start, "ambiguous-namespace",
                    "\(business.name) in \(environment.name) and \(owner.0) in \(owner.1) would share the "
                        + "Kubernetes namespace \(namespace)", hint: "rename one of the four")
            }
        }
    }

    /// The items of a list by their names; a name written twice is reported and left out.
    private func named(_ node: YAMLNode?, _ what: String) -> [(String, YAMLNode)] {
        var seen: Set<String> = []
        return (node?.items ?? []).compactMap { item in
            guard let written = item["name"] ?? (item.text == nil ? nil : item), let name = written.text
            else {
                return nil
            }
            guard seen.insert(name).inserted else {
                report.error(
                    written.place, "duplicate-name", "the \(what) \(YAMLNode.short(name)) is listed twice",
                    hint: "remove or rename one of them")
                return nil
            }
            return (name, item)
        }
    }
}
