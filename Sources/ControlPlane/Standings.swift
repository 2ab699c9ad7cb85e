import GantryBase
import Model
import Planning
import State

/// Finds out which runs of a service are ahead of others.
struct Standings: Sendable {
    let store: any StateStore

    struct Reading: Sendable {
        var present: [EnvironmentName: Set<RunName>] = [:]
        /// The runs under way that were looked at. Whoever decides by the reading guards them in its commit, so that
        /// none is let through to an environment in between.
        var active: [Stored<StoredRun>] = []
    }

    /// Where the runs of a service are, as far as the environments are concerned.
    func read(_ service: ServiceName, in environments: [EnvironmentName]) async throws -> Reading {
        var reading = Reading()
        guard !environments.isEmpty else { return reading }
        reading.active = try await store.activeRuns(of: service)
        for run in reading.active {
            for environment in Supersession.admitted(run.spec, run.status) {
                reading.present[environment, default: []].insert(run.spec.name)
            }
        }
        for environment in environments {
            let runs = try await wanted(of: service, in: environment)
            reading.present[environment, default: []].formUnion(runs)
        }
        return reading
    }

    /// The runs whose releases workloads and rollouts under way want in an environment.
    func wanted(of service: ServiceName, in environment: EnvironmentName) async throws -> Set<RunName> {
        let workloads = try await store.all(StoredWorkload.self, prefix: "\(service)/\(environment)/")
        let rollouts = try await store.activeRollouts(of: service).filter {
            $0.spec.environment == environment && $0.status.cancelledBy == nil
        }
        var runs: Set<RunName> = []
        for name in Set(workloads.map(\.spec.release) + rollouts.map(\.spec.release)) {
            guard let release = try await store.get(StoredRelease.self, name.path) else { continue }
            runs.insert(release.spec.run)
        }
        return runs
    }
}
