import GantryBase

extension StateConformance {
    static let commitCases = [
        Case(promise: "what is committed is read back, also after the process has gone", check: readBack),
        Case(promise: "all changes and audit records of a commit happen or none", check: atomicity),
        Case(promise: "a change is refused by the state of its object", check: refusals),
        Case(promise: "nil leaves a document as it is", check: partialUpdate),
        Case(promise: "versions rise in the order of changes", check: versions),
        Case(promise: "documents of a newer schema are not rewritten", check: schemaVersions),
        Case(promise: "limits are held", check: limits),
        Case(promise: "a closed store refuses calls and ends watches", check: closing),
    ]

    @Sendable static func readBack(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try expect(try await store.currentVersion() == 0, "a fresh store has a version")
        try expect(try await store.get(kind: "thing", name: "a") == nil, "an object that nobody made")
        let text = #"{"name":"医生 \u0000","n":1}"#
        let made = try await store.commit([create("a/b", text, labels: ["region": "南京"])], audit: [])
        try expect(made.count == 1 && made[0].spec == Array(text.utf8), "\(made)")
        try expect(made[0].labels == ["region": "南京"] && made[0].version > 0, "\(made)")
        try expect(try await store.get(kind: "thing", name: "a/b") == made[0], "read back differently")
        try expect(try await store.currentVersion() >= made[0].version, "the version is behind")
        try expect(try await store.get(kind: "other", name: "a/b") == nil, "found under another kind")
        let again = try await subject.reopened(store)
        try expect(try await again.get(kind: "thing", name: "a/b") == made[0], "gone after reopening")
        let next = try await again.commit([create("c")], audit: [])
        try expect(next[0].version > made[0].version, "versions start again after reopening")
        try await again.close()
    }

    @Sendable static func atomicity(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a")], audit: [])
        let version = try await store.currentVersion()
        try await expect(.exists) {
            try await store.commit(
                [create("b"), update("a", "1"), create("a")], audit: [record("thing.create")])
        }
        try expect(try await store.get(kind: "thing", name: "b") == nil, "half a commit")
        let a = try await store.get(kind: "thing", name: "a")
        try expect(
            a?.spec == Array("{}".utf8) && a?.version == version, "half a commit: \(String(describing: a))")
        try expect(try await store.audit(AuditQuery()).isEmpty, "an audit record of what did not happen")
        try await store.commit([create("b"), update("a", "1")], audit: [record("thing.create")])
        try expect(try await store.audit(AuditQuery()).count == 1, "no audit record of what happened")
        try await store.close()
    }

    @Sendable static func refusals(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let made = try await store.commit([create("a")], audit: [])[0]
        let changed = try await store.commit([update("a", "1", expecting: made.version)], audit: [])[0]
        try await expect(.conflict) {
            try await store.commit([update("a", "2", expecting: made.version)], audit: [])
        }
        try await expect(.conflict) {
            try await store.commit([remove("a", expecting: made.version)], audit: [])
        }
        try await expect(.exists) { try await store.commit([create("a")], audit: []) }
        try await expect(.notFound) { try await store.commit([update("x", "1")], audit: []) }
        try await expect(.notFound) { try await store.commit([remove("x")], audit: []) }
        try await expect(.invalid) { try await store.commit([create("")], audit: []) }
        try await expect(.invalid) { try await store.commit([create("a\u{0}b")], audit: []) }
        let removed = try await store.commit([remove("a", expecting: changed.version)], audit: [])[0]
        try expect(removed.spec == changed.spec && removed.version > changed.version, "\(removed)")
        try expect(try await store.get(kind: "thing", name: "a") == nil, "there after its removal")
        try await store.commit([create("a")], audit: [])
        try await store.close()
    }

    @Sendable static func partialUpdate(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a", "1", labels: ["x": "1"])], audit: [])
        let one = try await store.commit(
            [
                StateChange(
                    kind: "thing", name: "a", schemaVersion: 1,
                    operation: .update(spec: nil, status: Array("2".utf8), labels: nil, expecting: nil))
            ], audit: [])[0]
        try expect(one.spec == Array("1".utf8) && one.status == Array("2".utf8), "\(one)")
        try expect(one.labels == ["x": "1"], "\(one.labels)")
        let two = try await store.commit([update("a", "3", labels: ["y": "2"])], audit: [])[0]
        try expect(two.status == Array("2".utf8) && two.labels == ["y": "2"], "\(two)")
        try expect(two.createdAt == one.createdAt, "an update changed when it was made")
        try await store.close()
    }

    @Sendable static func versions(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        var last: Int64 = 0
        for round in 0..<5 {
            let changes = (0..<10).map { create("\(round)/\($0)") } + [update("\(round)/0", "1")]
            for object in try await store.commit(changes, audit: []) {
                try expect(object.version > last, "\(object.version) after \(last)")
                last = object.version
            }
            try expect(try await store.currentVersion() == last, "the store's version is not the last one's")
        }
        try await store.close()
    }

    @Sendable static func schemaVersions(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        var newer = create("a", "1")
        newer.schemaVersion = 7
        let made = try await store.commit([newer], audit: [])[0]
        try await expect(.unsupported) { try await store.commit([update("a", "2")], audit: []) }
        try await expect(.unsupported) { try await store.commit([remove("a")], audit: []) }
        newer.schemaVersion = 8
        newer.operation = .update(spec: Array("3".utf8), status: nil, labels: nil, expecting: nil)
        let half = newer
        try await expect(.invalid) { try await store.commit([half], audit: []) }
        try expect(try await store.get(kind: "thing", name: "a") == made, "it was changed")
        try await store.close()
    }

    @Sendable static func limits(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let large = String(repeating: "x", count: StateLimits.documentBytes)
        try await store.commit([create("large", large)], audit: [])
        try await expect(.limit) { try await store.commit([create("larger", large + "x")], audit: []) }
        try await expect(.limit) { try await store.commit([update("large", large + "x")], audit: []) }
        let name = String(repeating: "n", count: StateLimits.nameBytes)
        try await store.commit([create(name)], audit: [])
        try await expect(.limit) { try await store.commit([create(name + "n")], audit: []) }
        let many = (0...StateLimits.changesPerCommit).map { create("many/\($0)") }
        try await expect(.limit) { try await store.commit(many, audit: []) }
        try await store.commit(Array(many.dropLast()), audit: [])
        let page = try await store.list(StateQuery(kind: "thing", prefix: "many/", limit: .max))
        try expect(page.objects.count <= StateLimits.largestPageSize, "a page of \(page.objects.count)")
        try expect(
            page.objects.count == StateLimits.changesPerCommit && page.next == nil, "\(page.objects.count)")
        let labels = Dictionary(uniqueKeysWithValues: (0...StateLimits.labelsPerObject).map { ("\($0)", "") })
        try await expect(.limit) { try await store.commit([create("l", labels: labels)], audit: []) }
        try await store.close()
    }

    @Sendable static func closing(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("a")], audit: [])
        let (reading, begun) = AsyncStream<Void>.makeStream()
        async let watching = events(of: store, after: 0) { _ in
            begun.yield()
            return false
        }
        for await _ in reading { break }
        try await store.close()
        let watched = try await watching
        try expect(watched.count == 1, "\(watched.count) events")
        try await store.close()
        try await expect(.unavailable) { try await store.get(kind: "thing", name: "a") }
        try await expect(.unavailable) { try await store.commit([create("b")], audit: []) }
    }
}
