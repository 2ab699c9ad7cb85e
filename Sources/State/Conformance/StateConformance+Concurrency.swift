import GantryBase

extension StateConformance {
    static let concurrencyCases = [
        Case(promise: "of writers that expect one version, one wins", check: oneWins),
        Case(promise: "no update is lost among parallel writers", check: counting),
        Case(promise: "a reader sees whole commits", check: wholeCommits),
    ]
    private static let writers = 8

    @Sendable static func oneWins(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        var version = try await store.commit([create("a")], audit: [])[0].version
        for round in 0..<20 {
            let expected = version
            let won = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        do {
                            let change = update("a", "\(round * 10 + writer)", expecting: expected)
                            return try await store.commit([change], audit: [record("thing.update")])[0]
                                .version
                        } catch let error as GantryError where error.code == .conflict {
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: [Int64]()) { if let version = $1 { $0.append(version) } }
            }
            try expect(won.count == 1, "\(won.count) won")
            version = won.first ?? 0
            try expect(version > expected, "\(version) after \(expected)")
        }
        try expect(try await store.audit(AuditQuery()).count == 20, "losers left audit records")
        try await store.close()
    }

    @Sendable static func counting(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("n", "0")], audit: [])
        let each = 25
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<writers {
                group.addTask {
                    var done = 0
                    while done < each {
                        guard let object = try await store.get(kind: "thing", name: "n"),
                            let count = Int(String(decoding: object.spec, as: UTF8.self))
                        else {
                            throw ConformanceFailure(promise: "counting", found: "no number", line: #line)
                        }
                        do {
                            let change = update("n", "\(count + 1)", expecting: object.version)
                            try await store.commit([change], audit: [])
                            done += 1
                        } catch let error as GantryError where error.code == .conflict {
                            await Task.yield()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let object = try await store.get(kind: "thing", name: "n")
        let count = object.map { String(decoding: $0.spec, as: UTF8.self) }
        try expect(count == "\(writers * each)", "counted \(count ?? "nothing") of \(writers * each)")
        try await store.close()
    }

    @Sendable static func wholeCommits(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try await store.commit([create("p/a", "0"), create("p/b", "0")], audit: [])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 1...100 {
                    try await store.commit([update("p/a", "\(round)"), update("p/b", "\(round)")], audit: [])
                }
            }
            for _ in 0..<100 {
                let page = try await store.list(StateQuery(kind: "thing", prefix: "p/"))
                try expect(page.objects.count == 2, "\(page.objects.count) objects")
                try expect(page.objects[0].spec == page.objects[1].spec, "half a commit was seen")
            }
            try await group.waitForAll()
        }
        try await store.close()
    }
}
