import Model
import Planning

/// Times a plan in which every one of 16,000 workloads changes: the most that a plan can have to say.
enum PlanBench {
    static func run(rounds: Int) throws {
        let company = try Company(cluster: .local)
        let before = try company.services.map { try company.definition(of: $0, edition: 1) }
        let (reading, after) = try milliseconds {
            try company.services.map { try company.definition(of: $0, edition: 2) }
        }
        print(#"{"read_ms": \#(reading), "files": \#(after.count)}"#)
        let current = expand(before, company.platform)
        for _ in 0..<rounds {
            let (expansion, wanted) = milliseconds { expand(after, company.platform) }
            let (diff, changes) = milliseconds { PlanDiff.changes(wanted: wanted, current: current) }
            let (writing, text) = milliseconds { PlanText.render(changes, colour: false) }
            print(
                #"{"expand_ms": \#(expansion), "diff_ms": \#(diff), "text_ms": \#(writing), "#
                    + #""workloads": \#(wanted.count), "changes": \#(changes.count), "bytes": \#(text.utf8.count)}"#
            )
        }
    }

    private static func expand(
        _ definitions: [ServiceDefinition], _ platform: PlatformSpec
    ) -> [WorkloadName: PlannedWorkload] {
        var planned: [WorkloadName: PlannedWorkload] = [:]
        for definition in definitions {
            for workload in Expansion.workloads(of: definition, on: platform) {
                planned[workload.name] = PlannedWorkload(
                    cluster: workload.cluster, release: definition.name.path + "/1",
                    replicas: workload.spec.scale.min, spec: workload.spec)
            }
        }
        return planned
    }
}
