import GantryBase

extension StateConformance {
    static let listCases = [
        Case(promise: "pages give every object once, in the order of names", check: paging),
        Case(promise: "a prefix is no pattern", check: prefixes),
        Case(promise: "labels all have to match", check: labels),
        Case(promise: "what stays is listed once while others come and go", check: pagingUnderChanges),
        Case(promise: "pages of large documents are shorter and complete", check: largePages),
        Case(promise: "a list by age has the last changed first", check: recent),
    ]

    private static func names(
        _ store: any StateStore, prefix: String = "", labels: [String: String] = [:], limit: Int = 7
    ) async throws -> [String] {
        var names: [String] = []
        var after: String?
        repeat {
            let query = StateQuery(kind: "thing", prefix: prefix, labels: labels, after: after, limit: limit)
            let page = try await store.list(query)
            names += page.objects.map(\.name)
            after = page.next
        } while after != nil
        return names
    }

    @Sendable static func paging(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        try expect(try await names(store).isEmpty, "objects in a fresh store")
        let made = (0..<50).map { "n/\($0)" }
        try await store.commit(made.shuffled().map { create($0) } + [create("z", kind: "other")], audit: [])
        for limit in [1, 7, 25, 50, 1000] {
            let listed = try await names(store, limit: limit)
            try expect(listed == made.sorted(), "pages of \(limit): \(listed)")
        }
        let exact = try await store.list(StateQuery(kind: "thing", limit: 50))
        try expect(exact.next == nil, "a page after the last")
        try await store.close()
    }

    @Sendable static func prefixes(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let made = ["a", "a%", "a/b", "a_c", "aé", "b", "é", "é1", "\u{10FFFF}", "\u{10FFFF}x", "A/b"]
        try await store.commit(made.map { create($0) }, audit: [])
        for prefix in ["a", "a%", "a_", "a/", "é", "\u{10FFFF}", "x", "A"] {
            let listed = Set(try await names(store, prefix: prefix, limit: 2))
            let wanted = Set(made.filter { $0.unicodeScalars.starts(with: prefix.unicodeScalars) })
            try expect(listed == wanted, "\(prefix): \(listed)")
        }
        try await store.close()
    }

    @Sendable static func labels(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let changes = (0..<40).map {
            create("\($0 + 100)", labels: ["even": "\($0 % 2 == 0)", "third": "\($0 % 3 == 0)"])
        }
        try await store.commit(changes, audit: [])
        func found(_ labels: [String: String], _ prefix: String = "") async throws -> [Int] {
            try await names(store, prefix: prefix, labels: labels, limit: 4).compactMap { Int($0) }
        }
        let both = (0..<40).filter { $0 % 6 == 0 }.map { $0 + 100 }
        try expect(try await found(["even": "true", "third": "true"]) == both, "both labels")
        try expect(try await found(["even": "true"]).count == 20, "one label")
        try expect(try await found(["even": "maybe"]).isEmpty, "a value that nobody has")
        try expect(try await found(["even": "true"], "13") == [130, 132, 134, 136, 138], "label and prefix")
        try await store.commit([update("100", "1", labels: ["even": "no"]), remove("106")], audit: [])
        let left = both.filter { $0 != 100 && $0 != 106 }
        try expect(try await found(["even": "true", "third": "true"]) == left, "labels after changes")
        try await store.commit([create("106")], audit: [])
        try expect(
            try await found(["even": "true", "third": "true"]) == left, "labels of one that is made anew")
        try await store.close()
    }

    @Sendable static func pagingUnderChanges(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let staying = (0..<60).map { "s\($0)" }
        try await store.commit(staying.map { create($0) }, audit: [])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<40 {
                    let name = "s\(round)-passing"
                    try await store.commit([create(name), update("s\(round)", "1")], audit: [])
                    try await store.commit([remove(name)], audit: [])
                }
            }
            for _ in 0..<10 {
                let listed = try await names(store, limit: 3).filter { !$0.hasSuffix("-passing") }
                try expect(listed == staying.sorted(), "\(listed)")
            }
            try await group.waitForAll()
        }
        try await store.close()
    }

    @Sendable static func largePages(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        let large = String(repeating: "x", count: StateLimits.documentBytes)
        let made = (10..<30).map { "\($0)" }
        for name in made { try await store.commit([create(name, large)], audit: []) }
        try expect(try await names(store, limit: 100) == made, "listed differently")
        let page = try await store.list(StateQuery(kind: "thing", limit: 100))
        let bytes = page.objects.reduce(0) { $0 + $1.spec.count }
        try expect(bytes <= StateLimits.pageBytes + StateLimits.documentBytes, "a page of \(bytes) bytes")
        try await store.close()
    }

    @Sendable static func recent(_ subject: Subject) async throws {
        let store = try await subject.fresh()
        func pages(_ prefix: String = "", _ labels: [String: String] = [:]) async throws -> [String] {
            var (names, after) = ([String](), String?.none)
            repeat {
                let page = try await store.list(
                    StateQuery(
                        kind: "thing", prefix: prefix, labels: labels, order: .recent, after: after, limit: 3)
                )
                names += page.objects.map(\.name)
                after = page.next
            } while after != nil
            return names
        }
        let made = (0..<10).map { "\($0 % 2)/\($0)" }
        try await store.commit(
            made.map { create($0, labels: ["half": $0.hasPrefix("0") ? "a" : "b"]) }, audit: [])
        try await store.commit([create("z", kind: "other"), update("0/4", "1"), remove("1/3")], audit: [])
        let wanted = ["0/4"] + made.reversed().filter { $0 != "0/4" && $0 != "1/3" }
        let all = try await pages()
        try expect(all == wanted, "all: \(all)")
        let zeros = wanted.filter { $0.hasPrefix("0/") }
        try expect(try await pages("0/") == zeros, "a prefix")
        try expect(try await pages("", ["half": "a"]) == zeros, "a label")
        try expect(try await pages("1/", ["half": "a"]).isEmpty, "a label and a prefix")
        try await expect(.invalid) {
            try await store.list(StateQuery(kind: "thing", order: .recent, after: "0/4"))
        }
        try await store.close()
    }
}
