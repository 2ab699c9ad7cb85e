import Clusters
import GantryBase
import Model
import Planning
import Supervision

// Making what is so like what is wanted.
extension LocalCluster {
    /// Plans and carries out, once at a time for each workload; asked during a step, another step follows it.
    func reconcile(_ name: WorkloadName) async {
        guard workloads[name] != nil else { return }
        if workloads[name]?.isBusy == true {
            workloads[name]?.isAskedAgain = true
            return
        }
        workloads[name]?.isBusy = true
        working += 1
        defer { working -= 1 }
        repeat {
            workloads[name]?.isAskedAgain = false
            await step(name)
        } while workloads[name]?.isAskedAgain == true
        workloads[name]?.isBusy = false
        await finishRemoval(name)
    }

    private func step(_ name: WorkloadName) async {
        guard let workload = workloads[name], workload.target != nil || workload.isRemoved, isOpen else {
            return
        }
        let actions = ReplicaPlanner.plan(
            goal(workload, name), live(name).map(\.status), now: time.now())
        var starts = 0
        for action in actions {
            switch action {
            case .stop(let instance): stop(instance.id)
            case .start: starts += 1
            }
        }
        guard starts > 0, let target = workload.target else { return explain(name, nil) }
        do throws(GantryError) {
            if try await start(starts, of: target) { explain(name, nil) }
        } catch {
            explain(name, error.message + (error.hint.map { " (\($0))" } ?? ""))
        }
    }

    private func goal(_ workload: LocalWorkload, _ name: WorkloadName) -> ReplicaGoal {
        guard let target = workload.target else {
            return ReplicaGoal(
                release: ReleaseName(name.service, 1), replicas: 0, surge: 0, unavailable: 0)
        }
        let rollout = target.spec.rollout
        return ReplicaGoal(
            release: target.release, generation: target.generation, replicas: target.replicas,
            surge: rollout.surge, unavailable: rollout.unavailable)
    }

    func explain(_ name: WorkloadName, _ problem: String?) {
        guard let old = workloads[name], old.problem != problem else { return }
        workloads[name]?.problem = problem
        feed.tell(name)
    }

    /// Starts as many as have their turn; the rest is planned again when a turn is free.
    /// - Returns: false while the build is not there yet.
    private func start(_ count: Int, of target: WorkloadTarget) async throws(GantryError) -> Bool {
        let users = users
        let user = try await blocking { () throws(GantryError) in
            try users.user(for: target.name.service.business)
        }
        let app = apps.path(of: target)
        guard AppFolders.isReady(app) else {
            prepare(target, user)
            return false
        }
        for _ in 0..<count {
            let now = ContinuousClock.now
            guard instances.values.count(where: { $0.isStarting(now) }) < Self.simultaneousStarts else {
                queued.insert(target.name)
                return true
            }
            // What is wanted may have changed during the last start.
            guard workloads[target.name]?.target?.generation == target.generation,
                workloads[target.name]?.target?.release == target.release, isOpen
            else { return true }
            try await startOne(target, app: app, user: user)
        }
        return true
    }

    /// Unpacks a build beside the steps, since it may take long, and plans all who need it when it is there.
    private func prepare(_ target: WorkloadTarget, _ user: ProcessUser?) {
        let path = apps.path(of: target)
        preparing[path, default: []].insert(target.name)
        guard preparing[path]?.count == 1 else { return }
        let apps = apps
        working += 1
        // Safe: ends by itself within the time limit of unpacking, and touches the cluster only through its actor.
        Task {
            var failure: GantryError?
            do throws(GantryError) { try await apps.prepare(target, user: user) } catch { failure = error }
            await prepared(path, failure)
        }
    }

    private func prepared(_ path: String, _ failure: GantryError?) async {
        defer { working -= 1 }
        let waiting = preparing.removeValue(forKey: path) ?? []
        for name in waiting {
            if let failure {
                explain(name, failure.message + (failure.hint.map { " (\($0))" } ?? ""))
            } else {
                await reconcile(name)
            }
        }
    }

    /// Forgets a removed workload once nothing of it runs.
    func finishRemoval(_ name: WorkloadName) async {
        guard let workload = workloads[name], workload.isRemoved, workload.target == nil, !workload.isBusy,
            workload.ids.isEmpty
        else { return }
        workloads[name] = nil
        await unroute(name)
        feed.tell(name)
        for ended in workload.ended { await forgetFolder(ended.status.name.id) }
        await pruneApps(name.service)
    }

    func pruneApps(_ service: ServiceName) async {
        var used = Set(instances.values.map(\.record.plan.directory))
        used.formUnion(workloads.values.compactMap { $0.target.map(apps.path(of:)) })
        used.formUnion(preparing.keys)
        await apps.prune(service, used: used)
    }

    /// What is done every few seconds, since not everything is told.
    func lookAround() async {
        let now = ContinuousClock.now
        for (id, instance) in instances {
            if let since = instance.stopping { hurry(id, instance, for: now - since) }
            if instance.agent == nil { await lookForAgent(id) }
        }
        await replaceWithoutPorts()
        for (name, workload) in workloads where !isSettled(name, workload) { await reconcile(name) }
        queued = []
        await lookAtRegions()
        await tidyEnded()
        await serveShipments()
    }

    private func isSettled(_ name: WorkloadName, _ workload: LocalWorkload) -> Bool {
        guard let target = workload.target else { return !workload.isRemoved }
        let live = live(name)
        return workload.problem == nil && live.count == target.replicas
            && live.allSatisfy {
                $0.status.phase == .ready && $0.status.generation == target.generation
                    && $0.status.release == target.release
            }
    }

    /// Gives the turns that have become free to those who wait.
    func serveQueued() async {
        guard !queued.isEmpty else { return }
        let waiting = queued
        queued = []
        for name in waiting.sorted() { await reconcile(name) }
    }
}
