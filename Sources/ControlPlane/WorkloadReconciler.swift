import Access
import Clusters
import GantryBase
import Model
import State

/// Tells each cluster what its workloads are to be, and writes down what they are.
struct WorkloadReconciler: Reconciler {
    let title = "workload"
    let kinds: Set<String> = [StoredWorkload.kind, StoredSecret.kind]
    /// Changes, secrets and the clusters' hints are heard at once; this only mends what was missed, and a look at one
    /// workload costs more than one at a run.
    let resync = Period.minutes(10)
    let store: any StateStore
    let clusters: ClusterSet
    let targets: TargetBuilder

    func names(concernedBy event: StateEvent) async throws -> [String] {
        if event.object.kind == StoredWorkload.kind {
            // Whoever changes what is wanted clears what the cluster has accepted: what has both is our own report.
            if event.kind == .updated, let workload = try? Stored<StoredWorkload>(event.object),
                let accepted = workload.status.accepted, workload.status.problem == nil,
                accepted.release == workload.spec.release, accepted.replicas == workload.spec.replicas
            {
                return []
            }
            return [event.object.name]
        }
        // A secret is named BUSINESS/SERVICE/ENVIRONMENT/NAME: every workload of the service is looked at.
        let service = event.object.name.split(separator: "/").prefix(2).joined(separator: "/")
        return try await store.names(of: StoredWorkload.self, prefix: service + "/")
    }

    /// What is stored, and what the clusters run: the removal of a workload may have been missed.
    func allNames() async throws -> [String] {
        let stored = try await store.names(of: StoredWorkload.self)
        return stored + (await clusters.workloads()).subtracting(stored)
    }

    func hints() -> AsyncStream<String> { clusters.changes() }

    func reconcile(_ name: String) async throws -> Period? {
        guard let workload = WorkloadName(path: name) else { return nil }
        guard let stored = try await store.get(StoredWorkload.self, name) else {
            try await clusters.remove(workload)
            return nil
        }
        var status = WorkloadStatus()
        var failure: GantryError?
        do {
            let driver = try await clusters.driver(stored.spec.cluster)
            do {
                try await driver.apply(try await targets.target(for: stored.spec, of: workload))
            } catch let error as GantryError {
                failure = error
            }
            status = try await driver.observe(workload) ?? status
        } catch let error as GantryError {
            // The cluster cannot be asked: what it last said stands.
            failure = error
            status = stored.status
        }
        if let failure { status.problem = failure.sentence }
        if status != stored.status {
            do {
                try await store.updateStatus(StoredWorkload.self, name, status, expecting: stored.version)
            } catch let error as GantryError where error.code == .notFound {
                // Taken away since it was read: the change is on its way here, and there is nobody to tell.
                try await clusters.remove(workload)
                return nil
            }
        }
        if let failure, !failure.isLasting { throw failure }
        if status.ready(of: stored.spec.release) >= stored.spec.replicas {
            try await clusters.remove(workload, except: stored.spec.cluster)
        }
        return nil
    }
}
