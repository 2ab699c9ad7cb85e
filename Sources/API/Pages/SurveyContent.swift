import Console
import GantryBase
import Model
import State

/// What `Survey` knows at one moment.
struct SurveyContent: Sendable {
    struct Service: Sendable {
        var name: ServiceName
        /// The last push to a protected branch.
        var head: StoredRepository.Status.Head?
        /// In the order of their names.
        var workloads: [WorkloadStanding] = []
        /// The last one that began.
        var run: RunSummary?
        /// The last one that began in each environment.
        var rollouts: [EnvironmentName: RolloutSummary] = [:]

        var summary: ServiceSummary {
            ServiceSummary(name, workloads, pushedAt: head?.at, pushedBy: head?.author)
        }
    }

    private var byName: [ServiceName: Service] = [:]
    private var order: [ServiceName]?
    private var overrides: Set<String> = []
    private var count = 0
    private(set) var activeRuns: [RunName: RunSummary] = [:]
    private(set) var activeRollouts: [RolloutName: RolloutSummary] = [:]
    /// There are more workloads than are kept.
    private(set) var isCut = false

    /// In the order of their names.
    var services: [Service] { (order ?? sorted()).compactMap { byName[$0] } }

    /// Sorts once for all who look until a service comes or goes.
    mutating func settle() { if order == nil { order = sorted() } }

    private func sorted() -> [ServiceName] {
        byName.keys.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    mutating func take(_ event: StateEvent) {
        guard event.kind == .removed else { return note(event.object) }
        forget(event.object)
    }

    /// Takes an object in. One that cannot be read is left out: it must not hide the others.
    mutating func note(_ object: StateObject) {
        switch object.kind {
        case StoredRepository.kind: if let stored = try? Stored<StoredRepository>(object) { note(stored) }
        case StoredWorkload.kind: if let stored = try? Stored<StoredWorkload>(object) { note(stored) }
        case StoredRun.kind: if let stored = try? Stored<StoredRun>(object) { note(stored) }
        case StoredRollout.kind: if let stored = try? Stored<StoredRollout>(object) { note(stored) }
        case StoredOverride.kind: mark(object.name, isOverridden: true)
        default: break
        }
    }

    private mutating func note(_ stored: Stored<StoredRepository>) {
        change(stored.spec.service) { $0.head = stored.status.heads.values.max { $0.at < $1.at } }
    }

    private mutating func note(_ stored: Stored<StoredWorkload>) {
        guard let name = WorkloadName(path: stored.name) else { return }
        let standing = WorkloadStanding(
            name, stored.spec, stored.status, isOverridden: overrides.contains(stored.name))
        let place = byName[name.service]?.workloads.firstIndex { $0.name >= name }
        let isKnown = place.map { byName[name.service]?.workloads[$0].name == name } ?? false
        guard isKnown || count < Survey.largestCount else {
            isCut = true
            return
        }
        if !isKnown { count += 1 }
        change(name.service) { service in
            let place = place ?? service.workloads.endIndex
            if isKnown {
                service.workloads[place] = standing
            } else {
                service.workloads.insert(standing, at: place)
            }
        }
    }

    private mutating func note(_ stored: Stored<StoredRun>) {
        let summary = RunSummary(stored.spec, stored.status)
        activeRuns[summary.name] = stored.status.progress.isFinal ? nil : summary
        change(summary.name.service) { service in
            if (service.run?.name.number ?? 0) <= summary.name.number { service.run = summary }
        }
    }

    private mutating func note(_ stored: Stored<StoredRollout>) {
        let summary = RolloutSummary(stored.spec, stored.status)
        activeRollouts[summary.name] = stored.status.phase.isFinal ? nil : summary
        change(summary.name.service) { service in
            if (service.rollouts[summary.environment]?.name.number ?? 0) <= summary.name.number {
                service.rollouts[summary.environment] = summary
            }
        }
    }

    private mutating func mark(_ path: String, isOverridden: Bool) {
        if isOverridden { overrides.insert(path) } else { overrides.remove(path) }
        guard let name = WorkloadName(path: path),
            let place = byName[name.service]?.workloads.firstIndex(where: { $0.name == name })
        else { return }
        byName[name.service]?.workloads[place].isOverridden = isOverridden
    }

    private mutating func forget(_ object: StateObject) {
        switch object.kind {
        case StoredRepository.kind:
            guard let name = ServiceName(path: object.name), let gone = byName.removeValue(forKey: name)
            else { return }
            count -= gone.workloads.count
            order = nil
        case StoredWorkload.kind:
            guard let name = WorkloadName(path: object.name),
                let place = byName[name.service]?.workloads.firstIndex(where: { $0.name == name })
            else { return }
            byName[name.service]?.workloads.remove(at: place)
            count -= 1
        case StoredOverride.kind: mark(object.name, isOverridden: false)
        case StoredRun.kind: activeRuns = activeRuns.filter { $0.key.path != object.name }
        case StoredRollout.kind: activeRollouts = activeRollouts.filter { $0.key.path != object.name }
        default: break
        }
    }

    private mutating func change(_ name: ServiceName, _ body: (inout Service) -> Void) {
        if byName[name] == nil { order = nil }
        body(&byName[name, default: Service(name: name)])
    }
}
