package import Model

/// Finds what a change of the platform would take away from under those who use it.
package enum PlatformUse {
    /// A part of a platform that something else may hang on.
    package enum Part: Sendable, Hashable, CustomStringConvertible {
        case business(BusinessName)
        /// A region's binding in one environment.
        case region(RegionName, EnvironmentName)
        case cluster(ClusterName)

        package var description: String {
            switch self {
            case .business(let name): "business \(name)"
            case .region(let region, let environment): "region \(region) of \(environment)"
            case .cluster(let name): "cluster \(name)"
            }
        }
    }

    /// Lists the parts that are there before and not after: businesses, regions by environment, clusters.
    ///
    /// A region that is bound to another cluster is no removal: the next rollout moves its workloads.
    package static func removed(from before: PlatformSpec, to after: PlatformSpec) -> [Part] {
        var parts: [Part] = []
        for business in before.businesses where after.business(business.name) == nil {
            parts.append(.business(business.name))
        }
        for environment in before.environments {
            let left = after.environment(environment.name)?.regions
            for region in environment.regions.keys.sorted() where left?[region] == nil {
                parts.append(.region(region, environment.name))
            }
        }
        for cluster in before.clusters where after.cluster(cluster.name) == nil {
            parts.append(.cluster(cluster.name))
        }
        return parts
    }

    /// Whether a rollout under way has yet to reach, or may have to go back in, a part.
    ///
    /// It runs in whatever cluster a region is bound to when it comes there, so that it needs none by name.
    package static func uses(_ part: Part, _ rollout: RolloutTarget) -> Bool {
        switch part {
        case .business(let name): rollout.name.service.business == name
        case .region(let region, let environment):
            rollout.environment == environment && rollout.regions.contains(region)
        case .cluster: false
        }
    }
}
