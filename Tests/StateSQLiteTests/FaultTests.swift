import Foundation
import GantryBase
import State
import StateSQLite
import Testing

/// A disk that refuses. These mount small file systems and so need root.
@Suite(.serialized) struct FaultTests {
    @Test func aFullDiskRefusesWritesAnswersReadsAndRecovers() async throws {
        let disk = try SmallDisk(bytes: 2 << 20)
        defer { disk.remove() }
        let store = try SQLiteStateStore.open(directory: disk.path, time: .wall)
        try await store.commit([create("first", "1")], audit: [])
        let filler = disk.path + "/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: Data(count: 1 << 20)))
        let text = String(repeating: "x", count: 64 << 10)
        var refusal: GantryError?
        var written = 0
        for number in 0..<100 where refusal == nil {
            do {
                try await store.commit([create("n\(number)", text)], audit: [])
                written += 1
            } catch let error as GantryError { refusal = error }
        }
        let error = try #require(refusal)
        #expect(error.code == .unavailable)
        #expect(error.hint?.contains(disk.path) == true)
        for _ in 0..<3 {
            _ = await Self.refused { try await store.commit([create("again", text)], audit: []) }
            _ = await Self.refused { try await store.commit([create("again", text)], audit: []) }
            #expect(try await store.get(kind: "thing", name: "first")?.spec == Array("1".utf8))
            #expect(try await store.list(StateQuery(kind: "thing")).objects.count == written + 1)
        }
        try FileManager.default.removeItem(atPath: filler)
        try await store.commit([create("after", "2")], audit: [])
        #expect(try await store.get(kind: "thing", name: "after") != nil)
        try await store.close()
        let again = try SQLiteStateStore.open(directory: disk.path, time: .wall)
        #expect(try await again.list(StateQuery(kind: "thing")).objects.count == written + 2)
        try await again.close()
    }

    @Test func aCommitTooLargeForTheDiskFailsAloneInItsGroup() async throws {
        let disk = try SmallDisk(bytes: 2 << 20)
        defer { disk.remove() }
        let store = try SQLiteStateStore.open(directory: disk.path, time: .wall)
        let text = String(repeating: "x", count: 1 << 20)
        let failures = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await Self.refused {
                    try await store.commit((0..<8).map { create("large\($0)", text) }, audit: [])
                }
            }
            for number in 0..<10 {
                group.addTask {
                    await Self.refused { try await store.commit([create("small\(number)")], audit: []) }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 1)
        #expect(try await store.list(StateQuery(kind: "thing")).objects.count == 10)
        try await store.close()
    }

    @Test func aReadOnlyDirectoryIsRefusedWithItsPath() async throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        defer { disk.remove() }
        let store = try SQLiteStateStore.open(directory: disk.path, time: .wall)
        try await store.commit([create("a")], audit: [])
        try await store.close()
        try disk.makeReadOnly()
        for directory in [disk.path, disk.path + "/new"] {
            let opened = await error { try SQLiteStateStore.open(directory: directory, time: .wall) }
            #expect(opened?.code == .unavailable)
            #expect(opened?.hint?.contains(directory) == true)
            let locked = await error { try DataDirectoryLock(directory: directory) }
            #expect(locked?.code == .unavailable)
        }
    }

    /// True when the disk refused; any other error is a failure of the test.
    private static func refused(_ body: () async throws -> [StateObject]) async -> Bool {
        do {
            _ = try await body()
            return false
        } catch {
            #expect((error as? GantryError)?.code == .unavailable)
            return true
        }
    }
}
