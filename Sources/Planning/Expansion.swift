package import Model

/// One cell of the matrix service × environment × region.
package struct ExpandedWorkload: Sendable, Hashable {
    package var name: WorkloadName
    package var cluster: ClusterName
    package var spec: ServiceSpec

    package init(name: WorkloadName, cluster: ClusterName, spec: ServiceSpec) {
        (self.name, self.cluster, self.spec) = (name, cluster, spec)
    }
}

/// Expands a service into its workloads.
package enum Expansion {
    /// Lists the workloads of a service in the platform's order of environments and the spec's order of regions.
    ///
    /// A region that the environment binds to no cluster is left out, as is an environment that the platform does not
    /// have: reading the files reports both with their place, and what cannot run anywhere is no workload.
    package static func workloads(
        of definition: ServiceDefinition, on platform: PlatformSpec
    ) -> [ExpandedWorkload] {
        var workloads: [ExpandedWorkload] = []
        for environment in platform.environments {
            guard let spec = definition.environments[environment.name] else { continue }
            for (index, region) in spec.regions.enumerated() {
                guard let cluster = environment.regions[region], !spec.regions[..<index].contains(region)
                else { continue }
                let name = WorkloadName(definition.name, environment.name, region)
                workloads.append(ExpandedWorkload(name: name, cluster: cluster, spec: spec))
            }
        }
        return workloads
    }

    /// The environments that some stage of the business's pipeline rolls out to: no push reaches another.
    package static func environments(
        reachedFrom business: BusinessName, on platform: PlatformSpec
    ) -> Set<EnvironmentName> {
        let stages = platform.pipelines[platform.business(business)?.pipeline ?? "default"] ?? []
        return Set(
            stages.compactMap { stage in
                if case .rollout(let environment) = stage.work { environment } else { nil }
            })
    }
}
