import GantryBase
import Model
import State
import StateSQLite
import Testing

@Suite struct TypedStoreTests {
    private static func override(_ replicas: Int) -> WorkloadOverride {
        WorkloadOverride(replicas: replicas, author: "ana", createdAt: .epoch)
    }

    private static func withStore(_ body: (SQLiteStateStore) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        try await body(store)
        try await store.close()
    }

    @Test func objectsAreMadeReadChangedListedAndRemoved() async throws {
        try await Self.withStore { store in
            let kind = StoredOverride.self
            #expect(try await store.get(kind, "a") == nil)
            #expect(await error { try await store.require(kind, "a") }?.code == .notFound)
            var a = try await store.create(kind, "a", spec: Self.override(1), labels: ["x": "1"])
            #expect(try await store.require(kind, "a") == a)
            let old = a
            a.spec.replicas = 2
            a = try await store.update(a)
            #expect(await error { try await store.update(old) }?.code == .conflict)
            for number in 0..<250 {
                try await store.create(kind, "n\(number)", spec: Self.override(number))
            }
            #expect(try await store.all(kind).count == 251)
            #expect(try await store.all(kind, prefix: "n1").count == 111)
            #expect(try await store.list(kind, labels: ["x": "1"]).objects == [a])
            let page = try await store.list(kind, prefix: "n", limit: 10)
            #expect(page.objects.count == 10 && page.next == page.objects.last?.name)
            try await store.remove(a)
            #expect(try await store.get(kind, "a") == nil)
        }
    }

    @Test func aStatusIsWrittenForTheVersionItWasMadeOf() async throws {
        try await Self.withStore { store in
            let spec = WorkloadSpec(
                cluster: "here", release: ReleaseName(ServiceName("b", "s"), 1), replicas: 1)
            let made = try await store.create(StoredWorkload.self, "w", spec: spec)
            let status = WorkloadStatus(problem: "port 8080 is taken")
            let one = try await store.updateStatus(
                StoredWorkload.self, "w", status, expecting: made.version)
            #expect(one.status == status && one.spec == spec)
            let late = await error {
                try await store.updateStatus(StoredWorkload.self, "w", status, expecting: made.version)
            }
            #expect(late?.code == .conflict)
            try await store.updateStatus(StoredWorkload.self, "w", WorkloadStatus(), expecting: nil)
            #expect(try await store.require(StoredWorkload.self, "w").status == WorkloadStatus())
        }
    }

    @Test func parallelChangesOfOneObjectAllHappen() async throws {
        try await Self.withStore { store in
            try await store.create(StoredOverride.self, "n", spec: Self.override(0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<20 {
                            try await store.mutate(StoredOverride.self, "n") { $0.spec.replicas += 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.require(StoredOverride.self, "n").spec.replicas == 160)
        }
    }

    @Test func aChangeThatChangesNothingIsNotWritten() async throws {
        try await Self.withStore { store in
            let made = try await store.create(StoredOverride.self, "n", spec: Self.override(1))
            let same = try await store.mutate(StoredOverride.self, "n") { $0.spec.replicas = 1 }
            #expect(same.version == made.version)
            #expect(try await store.currentVersion() == made.version)
            struct Refusal: Error {}
            await #expect(throws: Refusal.self) {
                try await store.mutate(StoredOverride.self, "n") { stored in
                    stored.spec.replicas = 9
                    throw Refusal()
                }
            }
            #expect(try await store.require(StoredOverride.self, "n").spec.replicas == 1)
        }
    }
}
