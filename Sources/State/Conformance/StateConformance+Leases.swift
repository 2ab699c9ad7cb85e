import GantryBase

extension StateConformance {
    static let leaseCases = [
        Case(promise: "a lease has one holder until it runs out or is given back", check: leases),
        Case(promise: "of many that ask for a lease, one gets it", check: oneHolder),
    ]
    static let auditCases = [
        Case(promise: "audit records are kept as they were, last committed first", check: auditing),
        Case(promise: "audit pages miss nothing where times are equal", check: auditPaging),
    ]

    @Sendable static func leases(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try expect(try await store.acquireLease("lead", holder: "a", for: .minutes(1)), "a free lease")
        try expect(try await store.acquireLease("lead", holder: "a", for: .minutes(1)), "prolonging")
        try expect(try await !store.acquireLease("lead", holder: "b", for: .minutes(1)), "two holders")
        try expect(try await store.acquireLease("other", holder: "b", for: .minutes(1)), "another lease")
        try await store.releaseLease("lead", holder: "b")
        try expect(
            try await !store.acquireLease("lead", holder: "b", for: .minutes(1)), "released by another")
        try await store.releaseLease("lead", holder: "a")
        try expect(try await store.acquireLease("lead", holder: "b", for: .seconds(2)), "given back")
        try expect(try await !store.acquireLease("lead", holder: "a", for: .minutes(1)), "not run out yet")
        try await Task.sleep(for: .milliseconds(2100))
        try expect(try await store.acquireLease("lead", holder: "a", for: .minutes(1)), "run out")
        let again = try await subject.reopened(store)
        try expect(try await !again.acquireLease("lead", holder: "b", for: .minutes(1)), "lost by reopening")
        try expect(try await again.currentVersion() == 0, "a lease is no object")
        try await again.close()
    }

    @Sendable static func oneHolder(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let holders = try await withThrowingTaskGroup(of: Bool.self) { group in
            for holder in 0..<16 {
                group.addTask { try await store.acquireLease("lead", holder: "\(holder)", for: .minutes(1)) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try expect(holders == 1, "\(holders) holders")
        try await store.close()
    }

    @Sendable static func auditing(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        var refused = record("rollout.create", "rollout/yidian/article/1", at: 7)
        (refused.allowed, refused.before, refused.after, refused.detail) = (false, "{}", "[]", "lacks push")
        // The clock went back between the two.
        try await store.commit([], audit: [refused])
        try await store.commit([create("a")], audit: [record("thing.create", "thing/a", at: 3)])
        let again = try await subject.reopened(store)
        var all = try await again.audit(AuditQuery())
        try expect(all.map(\.action) == ["thing.create", "rollout.create"], "\(all)")
        try expect((all[0].number ?? 0) > (all[1].number ?? 0), "numbers are not in commit order")
        all[1].number = nil
        try expect(all[1] == refused, "\(all[1])")
        func actions(_ query: AuditQuery) async throws -> [String] {
            try await again.audit(query).map(\.action)
        }
        try expect(try await actions(AuditQuery(objectPrefix: "thing/")) == ["thing.create"], "by object")
        try expect(try await actions(AuditQuery(who: "bob")).isEmpty, "by who")
        try expect(
            try await actions(AuditQuery(before: Timestamp(seconds: 7))) == ["thing.create"], "by time")
        try await again.close()
    }

    @Sendable static func auditPaging(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([], audit: (0..<25).map { record("n\($0)") })
        var (seen, last): ([String], Int64?) = ([], nil)
        while true {
            let page = try await store.audit(AuditQuery(beforeNumber: last, limit: 4))
            guard let end = page.last?.number else { break }
            seen += page.map(\.action)
            last = end
        }
        try expect(seen == (0..<25).reversed().map { "n\($0)" }, "\(seen)")
        try await store.close()
    }
}
