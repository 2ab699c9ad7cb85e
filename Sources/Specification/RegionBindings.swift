import Model

/// Reads which cluster each region of an environment is bound to.
struct RegionBindings {
    let report: Report
    let regions: [Region]
    let clusters: [Cluster]

    func read(_ node: YAMLNode?, of environment: String, _ place: Place) -> [RegionName: ClusterName] {
        var bindings: [RegionName: ClusterName] = [:]
        if let node, case .mapping(let entries) = node.content {
            for entry in entries {
                check(region: entry.key, entry.keyPlace)
                guard let cluster = entry.value.text else { continue }
                check(cluster: cluster, entry.value.place)
                bindings[RegionName(entry.key)] = ClusterName(cluster)
            }
            if entries.isEmpty {
                report.error(
                    node.place, "empty-list", "the environment \(environment) has no region",
                    hint: "bind at least one: {REGION: CLUSTER}")
            }
            return bindings
        }
        guard let cluster = clusters.first else { return [:] }
        if clusters.count > 1 {
            report.error(
                node?.place ?? place, "unbound-region",
                "there are \(clusters.count) clusters, so that each region of \(environment) needs one",
                hint: "write regions: {REGION: CLUSTER}")
        }
        guard let node else {
            for region in regions { bindings[region.name] = cluster.name }
            return bindings
        }
        for item in node.items {
            guard let region = item.text else { continue }
            check(region: region, item.place)
            if bindings.updateValue(cluster.name, forKey: RegionName(region)) != nil {
                report.error(
                    item.place, "duplicate-region", "\(region) is listed twice", hint: "remove one of them")
            }
        }
        return bindings
    }

    private func check(region: String, _ place: Place) {
        guard !regions.contains(where: { $0.name.text == region }) else { return }
        report.error(
            place, "unknown-region", "there is no region \"\(YAMLNode.short(region))\"",
            hint: Nearest.hint(region, among: regions.map(\.name.text)))
    }

    private func check(cluster: String, _ place: Place) {
        guard !clusters.contains(where: { $0.name.text == cluster }) else { return }
        report.error(
            place, "unknown-cluster", "there is no cluster \"\(YAMLNode.short(cluster))\"",
            hint: Nearest.hint(cluster, among: clusters.map(\.name.text)))
    }
}
