import GantryBase
import Model

extension ClusterConformance {
    @Sendable static func applying(_ subject: Subject) async throws {
        let target = try await subject.target("apply", 1, .good, 2)
        let changes = subject.driver.changes()
        try await subject.driver.apply(target)
        let status = try await wait(subject, target.name) { isSettled($0, on: target) }
        let accepted = AcceptedTarget(
            release: target.release, replicas: 2, generation: target.generation)
        try expect(status?.accepted == accepted, "accepted \(String(describing: status?.accepted))")
        try expect(status?.problem == nil, "a problem: \(status?.problem ?? "")")
        let instances = status?.instances ?? []
        try expect(Set(instances.map(\.name)).count == 2, "instances share a name")
        try expect(
            instances.allSatisfy { $0.name.workload == target.name }, "an instance of another workload")
        let ports = Set(target.spec.ports.map(\.name))
        try expect(
            instances.allSatisfy { Set($0.addresses.keys) == ports }, "an instance without its addresses")
        var isTold = false
        for await name in changes where name == target.name {
            isTold = true
            break
        }
        try expect(isTold, "no change was told")
        try await remove(subject, target.name)
    }

    @Sendable static func applyingTwice(_ subject: Subject) async throws {
        let target = try await subject.target("twice", 1, .good, 2)
        try await subject.driver.apply(target)
        let before = try await wait(subject, target.name) { isSettled($0, on: target) }
        for _ in 0..<3 { try await subject.driver.apply(target) }
        try await Task.sleep(for: .seconds(3))
        let after = try await subject.driver.observe(target.name)
        try expect(after == before, "\(String(describing: before)) became \(String(describing: after))")
        try await remove(subject, target.name)
    }

    @Sendable static func scaling(_ subject: Subject) async throws {
        var target = try await subject.target("scale", 1, .good, 1)
        try await subject.driver.apply(target)
        let first = try await wait(subject, target.name) { isSettled($0, on: target) }?.instances.first?.name
        for replicas in [3, 1, 0, 1] {
            target.replicas = replicas
            let least = min(replicas, ready(try await subject.driver.observe(target.name)))
            try await subject.driver.apply(target)
            let status = try await wait(
                subject, target.name,
                always: { try expect(ready($0) >= least, "\(ready($0)) ready on the way to \(replicas)") },
                until: { isSettled($0, on: target) })
            if replicas == 3 {
                let kept = status?.instances.contains { $0.name == first } ?? false
                try expect(kept, "scaling up replaced an instance")
            }
            try expect(status?.accepted?.replicas == replicas, "accepted another number")
        }
        try await remove(subject, target.name)
    }

    @Sendable static func rolling(_ subject: Subject) async throws {
        let old = try await subject.target("rolling", 1, .good, 2)
        try await subject.driver.apply(old)
        try await wait(subject, old.name) { isSettled($0, on: old) }
        let new = try await subject.target("rolling", 2, .good, 2)
        try await subject.driver.apply(new)
        try await wait(subject, new.name, always: withinBounds(new), until: { isSettled($0, on: new) })
        // And back, in the middle of another update.
        let third = try await subject.target("rolling", 3, .good, 2)
        try await subject.driver.apply(third)
        try await wait(
            subject, new.name, always: withinBounds(third),
            until: { $0?.instances.contains { $0.release == third.release } ?? false })
        try await subject.driver.apply(new)
        try await wait(subject, new.name, always: withinBounds(new), until: { isSettled($0, on: new) })
        try await remove(subject, new.name)
    }

    static func withinBounds(_ target: WorkloadTarget) -> (WorkloadStatus) throws -> Void {
        { status in
            let least = target.replicas - target.spec.rollout.unavailable
            try expect(ready(status) >= least, "\(ready(status)) ready of at least \(least): \(status)")
            let running = status.instances.count { ![.stopping, .stopped, .lost].contains($0.phase) }
            let most = target.replicas + target.spec.rollout.surge
            try expect(running <= most, "\(running) running of at most \(most): \(status)")
        }
    }

    @Sendable static func generations(_ subject: Subject) async throws {
        var target = try await subject.target("generation", 1, .good, 1)
        try await subject.driver.apply(target)
        let before = try await wait(subject, target.name) { isSettled($0, on: target) }
        target.generation += "-next"
        try await subject.driver.apply(target)
        let after = try await wait(
            subject, target.name, always: withinBounds(target), until: { isSettled($0, on: target) })
        let kept = after?.instances.contains { new in
            new.phase != .stopped && before?.instances.contains { $0.name == new.name } ?? false
        }
        try expect(kept == false, "an instance of the old generation stayed")
        try await remove(subject, target.name)
    }

    @Sendable static func badRelease(_ subject: Subject) async throws {
        let good = try await subject.target("bad", 1, .good, 2)
        try await subject.driver.apply(good)
        let before = try await wait(subject, good.name) { isSettled($0, on: good) }
        let names = Set(before?.instances.map(\.name) ?? [])
        let bad = try await subject.target("bad", 2, .neverReady, 2)
        try await subject.driver.apply(bad)
        let seen = ContinuousClock.now + .seconds(5)
        try await wait(
            subject, good.name, always: withinBounds(bad),
            until: { _ in ContinuousClock.now > seen })
        let status = try await subject.driver.observe(good.name)
        let serving = Set(status?.instances.filter { $0.phase == .ready }.map(\.name) ?? [])
        try expect(serving == names, "not the old instances serve, but \(serving)")
        try expect(
            status?.instances.contains { $0.release == bad.release } == true, "the bad release was not tried")
        try await subject.driver.apply(good)
        let after = try await wait(
            subject, good.name, always: withinBounds(good), until: { isSettled($0, on: good) })
        let left = Set(after?.instances.filter { $0.phase == .ready }.map(\.name) ?? [])
        try expect(left == names, "going back replaced instances that were as wanted")
        try await remove(subject, good.name)
    }

    @Sendable static func removing(_ subject: Subject) async throws {
        let target = try await subject.target("remove", 1, .good, 2)
        try await subject.driver.apply(target)
        try await wait(subject, target.name) { isSettled($0, on: target) }
        try await remove(subject, target.name)
        // Again, and of what was never there.
        try await subject.driver.remove(target.name)
        try await subject.driver.apply(target)
        try await wait(subject, target.name) { isSettled($0, on: target) }
        // Wanted again before it is gone.
        try await subject.driver.remove(target.name)
        try await subject.driver.apply(target)
        try await wait(subject, target.name) { isSettled($0, on: target) }
        try await remove(subject, target.name)
    }

    @Sendable static func following(_ subject: Subject) async throws {
        let target = try await subject.target("output", 1, .good, 1)
        try await subject.driver.apply(target)
        let status = try await wait(subject, target.name) { isSettled($0, on: target) }
        guard let name = status?.instances.first(where: { $0.phase == .ready })?.name else { return }
        var past: [String] = []
        for try await line in subject.driver.output(of: name, lines: 1000, follow: false) {
            past.append(line)
        }
        try expect(past.contains("line 1"), "the first line is missing in \(past)")
        var followed: [Int] = []
        for try await line in subject.driver.output(of: name, lines: 1, follow: true) {
            guard line.hasPrefix("line "), let number = Int(line.dropFirst(5)) else { continue }
            followed.append(number)
            if followed.count == 3 { try await subject.driver.remove(target.name) }
        }
        // The loop above ends only when the stream does.
        let first = followed.first ?? 0
        try expect(followed == Array(first..<(first + followed.count)), "lines are missing: \(followed)")
        try expect(followed.count >= 3, "not followed: \(followed)")
        try await wait(subject, target.name) { $0 == nil }
    }

    @Sendable static func unknown(_ subject: Subject) async throws {
        let target = try await subject.target("unknown", 1, .good, 1)
        let status = try await subject.driver.observe(target.name)
        try expect(status == nil, "a status of what nobody applied")
        let door = try await subject.driver.frontDoor("nowhere", target.name.region)
        try expect(door == nil, "a front door of an environment that nobody uses")
        var failure: GantryError?
        do {
            let nobody = InstanceName(target.name, "nobody")
            for try await _ in subject.driver.output(of: nobody, lines: 1, follow: false) {}
        } catch let error as GantryError {
            failure = error
        }
        try expect(
            failure?.code == .notFound,
            "output of an instance that is not there: \(String(describing: failure))")
    }
}
