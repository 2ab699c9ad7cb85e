import GantryBase
import Model
import Planning
import State
import StateSQLite

/// Fills a new state with the company: platform, repositories, releases, and workloads with two instances each in
/// their status, so that a page of a list is as long as in real life.
///
/// All is bound to a cluster of kind `kubernetes` with no replicas: nothing is to be started.
enum Seed {
    static func run(data: String) async throws {
        let company = try Company(cluster: .kubernetes)
        let store = try SQLiteStateStore.open(directory: data + "/state", time: .wall)
        try await store.create(StoredPlatform.self, StoredPlatform.name, spec: company.platform)
        var count = 0
        for service in company.services {
            let changes = try changes(for: service, company)
            try await store.commit(changes, audit: [])
            count += changes.count - 2
        }
        try await store.close()
        print(#"{"services": \#(company.services.count), "workloads": \#(count)}"#)
    }

    private static func changes(for service: ServiceName, _ company: Company) throws -> [StateChange] {
        let definition = try company.definition(of: service, edition: 1)
        let labels = ["business": service.business.text, "service": service.path]
        let name = ReleaseName(service, 1)
        let release = Release(
            name: name, commit: String(repeating: "a", count: 40),
            artifact: "sha256:" + String(repeating: "0", count: 64), definition: definition,
            configuration: [],
            run: RunName(service, 1), createdAt: TimeSource.wall.now())
        var changes: [StateChange] = [
            try .create(
                StoredRepository.self, service.path, spec: .init(service: service), labels: labels),
            try .create(StoredRelease.self, name.path, spec: release, labels: labels),
        ]
        for workload in Expansion.workloads(of: definition, on: company.platform) {
            let place = ["environment": workload.name.environment.text, "region": workload.name.region.text]
            changes.append(
                try .create(
                    StoredWorkload.self, workload.name.path,
                    spec: WorkloadSpec(cluster: workload.cluster, release: name, replicas: 0),
                    status: status(of: workload.name, name), labels: labels.merging(place) { $1 }))
        }
        return changes
    }

    private static func status(of workload: WorkloadName, _ release: ReleaseName) -> WorkloadStatus {
        let now = TimeSource.wall.now()
        let instances = ["aaaaaaaa", "bbbbbbbb"].map { id in
            InstanceStatus(
                name: InstanceName(workload, id), release: release, phase: .ready,
                addresses: ["http": "10.0.0.1:8080"], startedAt: now, changedAt: now,
                generation: "0123456789abcdef")
        }
        let accepted = AcceptedTarget(release: release, replicas: 2, generation: "0123456789abcdef")
        return WorkloadStatus(instances: instances, accepted: accepted)
    }
}
