package import Model

/// What a workload is or is to be, as far as a plan shows it.
package struct PlannedWorkload: Sendable, Hashable {
    package var cluster: ClusterName
    /// The release as people call it; nil before there is one.
    package var release: String?
    /// Instances by the spec, before an override.
    package var replicas: Int
    package var spec: ServiceSpec
    /// A change by hand that is in force; one that has ended is not passed in.
    package var override: WorkloadOverride?

    package init(
        cluster: ClusterName, release: String?, replicas: Int, spec: ServiceSpec,
        override: WorkloadOverride? = nil
    ) {
        (self.cluster, self.release, self.replicas) = (cluster, release, replicas)
        (self.spec, self.override) = (spec, override)
    }

    package var effectiveReplicas: Int { override?.replicas ?? replicas }
}

/// A field that differs; nil stands for absent.
package struct FieldChange: Sendable, Hashable {
    package var path: String
    package var before: String?
    package var after: String?

    package init(path: String, before: String?, after: String?) {
        (self.path, self.before, self.after) = (path, before, after)
    }
}

package struct WorkloadChange: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case create(PlannedWorkload)
        case remove(PlannedWorkload)
        case update([FieldChange])
        /// Nothing changes; listed because a change by hand is in force.
        case overridden
    }
    package var name: WorkloadName
    package var kind: Kind
    /// The change by hand in force after the plan.
    package var override: WorkloadOverride?

    package init(name: WorkloadName, kind: Kind, override: WorkloadOverride? = nil) {
        (self.name, self.kind, self.override) = (name, kind, override)
    }
}

/// Compares what is wanted with what is.
package enum PlanDiff {
    /// Lists the changes in the order of the workloads' names.
    ///
    /// Equal workloads cost one comparison; only unequal ones are looked into field by field. The list of regions in a
    /// spec is no field of a workload: it shows as workloads created and removed.
    package static func changes(
        wanted: [WorkloadName: PlannedWorkload], current: [WorkloadName: PlannedWorkload]
    ) -> [WorkloadChange] {
        var changes: [WorkloadChange] = []
        for (name, after) in wanted {
            if let kind = change(from: current[name], to: after) {
                changes.append(WorkloadChange(name: name, kind: kind, override: after.override))
            }
        }
        for (name, before) in current where wanted[name] == nil {
            changes.append(WorkloadChange(name: name, kind: .remove(before)))
        }
        return sorted(changes)
    }

    private static func change(
        from before: PlannedWorkload?, to after: PlannedWorkload
    ) -> WorkloadChange.Kind? {
        guard let before else { return .create(after) }
        if before != after {
            let fields = FieldDiff.fields(from: before, to: after)
            if !fields.isEmpty { return .update(fields) }
        }
        return after.override == nil ? nil : .overridden
    }

    /// Makes each path once: comparing names would make two for every comparison.
    private static func sorted(_ changes: [WorkloadChange]) -> [WorkloadChange] {
        changes.map { (path: $0.name.path, change: $0) }.sorted { $0.path < $1.path }.map(\.change)
    }
}
