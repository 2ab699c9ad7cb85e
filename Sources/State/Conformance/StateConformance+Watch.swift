import GantryBase

extension StateConformance {
    static let watchCases = [
        Case(promise: "a watch yields what was and goes on with what comes", check: watching),
        Case(promise: "a watch yields its kinds after its version", check: watchFilters),
        Case(promise: "a reader that is behind gets the latest of each object", check: merging),
        Case(
            promise: "a watch misses nothing under concurrent writers, in commit order", check: missingNothing
        ),
        Case(promise: "a watch ends with its reader's task", check: cancelling),
        Case(promise: "a slow reader holds nothing up", check: slowReader),
    ]

    @Sendable static func watching(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a", "1")], audit: [])
        let seen = try await withThrowingTaskGroup(of: [StateEvent].self) { group in
            group.addTask { try await events(of: store, after: 0) { $0.last?.kind == .removed } }
            try await Task.sleep(for: .milliseconds(100))
            try await store.commit([update("a", "2")], audit: [])
            try await Task.sleep(for: .milliseconds(100))
            try await store.commit([remove("a")], audit: [])
            return try await group.next() ?? []
        }
        try expect(seen.last?.object.spec == Array("2".utf8), "a removal is not the object as it was")
        // On a slow machine the update may be merged with what comes before or after it.
        try expect(seen.first?.kind == .created || seen.count == 1, "\(seen.map(\.kind))")
        try expect(seen.count <= 3, "\(seen.map(\.kind))")
        try await store.close()
    }

    @Sendable static func watchFilters(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let old = try await store.commit([create("old"), create("x", kind: "other")], audit: [])
        try await store.commit(
            [create("y", kind: "other"), create("new"), create("z", kind: "third")], audit: [])
        let mine = try await events(of: store, after: old[1].version) { _ in true }
        try expect(mine.map(\.object.name) == ["new"], "\(mine.map(\.object.name))")
        let two = try await events(of: store, kinds: ["other", "third"], after: 0) { $0.count == 3 }
        try expect(two.map(\.object.name) == ["x", "y", "z"], "\(two.map(\.object.name))")
        let all = try await events(of: store, kinds: [], after: 0) { $0.count == 5 }
        try expect(all.map(\.object.name) == ["old", "x", "y", "new", "z"], "\(all.map(\.object.name))")
        try await store.close()
    }

    @Sendable static func merging(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a"), create("gone"), create("b")], audit: [])
        for round in 1...9 { try await store.commit([update("a", "\(round)")], audit: []) }
        try await store.commit([remove("gone")], audit: [])
        let seen = try await events(of: store, after: 0) { $0.count == 3 }
        try expect(seen.map(\.object.name) == ["b", "a", "gone"], "\(seen.map(\.object.name))")
        try expect(seen[1].object.spec == Array("9".utf8) && seen[1].kind == .created, "\(seen[1])")
        try expect(seen[2].kind == .removed, "\(seen[2])")
        try await store.close()
    }

    @Sendable static func missingNothing(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let (writers, each) = (8, 60)
        let seen = try await withThrowingTaskGroup(of: [StateEvent].self) { group in
            group.addTask {
                try await events(of: store, after: 0) {
                    $0.count { $0.object.name != "hot" } == writers * each
                }
            }
            try await store.commit([create("hot", "0")], audit: [])
            for writer in 0..<writers {
                group.addTask {
                    for round in 0..<each {
                        let changes = [create("\(writer)/\(round)"), update("hot", "\(round)")]
                        try await store.commit(changes, audit: [])
                    }
                    return []
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let versions = seen.map(\.object.version)
        try expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 }, "versions out of order")
        let names = seen.map(\.object.name).filter { $0 != "hot" }
        try expect(Set(names).count == writers * each && names.count == writers * each, "\(names.count) seen")
        try await store.close()
    }

    @Sendable static func cancelling(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a")], audit: [])
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { for try await _ in store.watch(kinds: [], after: 0) {} }
            }
            try await Task.sleep(for: .milliseconds(50))
            group.cancelAll()
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) { throw error }
            }
        }
        try expect(start.duration(to: .now) < patience, "watches outlived their tasks")
        try await store.close()
    }

    @Sendable static func slowReader(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit((0..<500).map { create("\($0)") }, audit: [])
        var reader = store.watch(kinds: ["thing"], after: 0).makeAsyncIterator()
        let first = try await reader.next()
        try expect(first?.object.name == "0", "\(String(describing: first))")
        let changes = (0..<500).map { update("\($0)", "1") }
        let last = try await store.commit(changes, audit: []).last?.version ?? 0
        var latest: [String: StateObject] = [:]
        var version: Int64 = 0
        while version < last, let event = try await reader.next() {
            try expect(event.object.version > version, "an older one after a newer one")
            version = event.object.version
            latest[event.object.name] = event.object
        }
        try expect(latest.count == 500, "\(latest.count) objects")
        try expect(latest.values.allSatisfy { $0.spec == Array("1".utf8) }, "an old state was the last")
        try await store.close()
    }
}
