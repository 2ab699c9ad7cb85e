import Foundation
import GRDB
import GantryBase
import State
import Testing

@testable import StateSQLite

@Suite struct DurabilityTests {
    /// The child kills itself while eight writers are at work; each wrote down what it was told is committed.
    @Test(arguments: 0..<3) func whatACommitHasReturnedOutlivesKill9(round: Int) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String, round] in
            let store = try SQLiteStateStore.open(directory: path, time: .wall)
            let log = open(path + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<100_000 {
                            let name = "\(writer)/\(number)"
                            try await store.commit([create(name + "/a"), create(name + "/b")], audit: [])
                            let line = Array("\(name)\n".utf8)
                            _ = write(log, line, line.count)
                        }
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(150 + 70 * round))
                    kill(getpid(), SIGKILL)
                }
                try await group.waitForAll()
            }
        }
        let log = try String(contentsOfFile: directory.path + "/acknowledged", encoding: .utf8)
        let acknowledged = log.split(separator: "\n").map(String.init)
        #expect(acknowledged.count > 20)
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        for name in acknowledged {
            let a = try await store.get(kind: "thing", name: name + "/a")
            #expect(a != nil, "\(name) was acknowledged and is gone")
        }
        var (names, after): ([String], String?) = ([], nil)
        repeat {
            let page = try await store.list(StateQuery(kind: "thing", after: after, limit: 1000))
            names += page.objects.map(\.name)
            after = page.next
        } while after != nil
        let halves = Dictionary(grouping: names) { $0.dropLast(2) }
        #expect(halves.values.allSatisfy { $0.count == 2 }, "half a commit is there")
        let check = try await store.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
        try await store.close()
    }

    @Test func aStoreThatWasDroppedWithoutCloseIsOpenedAgain() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        do {
            let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
            try await store.commit([create("a", "1")], audit: [])
        }
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        #expect(try await store.get(kind: "thing", name: "a")?.spec == Array("1".utf8))
        try await store.close()
    }

    @Test func everyCommitIsFlushedToTheDisk() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        try await store.commit([create("a")], audit: [])
        let (synchronous, mode, keys) = try await store.pool.writeWithoutTransaction { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(synchronous == 2)
        #expect(mode == "wal")
        #expect(keys == 1)
        try await store.close()
    }

    @Test func filesAreReadableByTheirOwnerAlone() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try SQLiteStateStore.open(directory: directory.path + "/data", time: .wall)
        try await store.commit([create("a")], audit: [])
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", ""] {
            var info = stat()
            try #require(stat(directory.path + "/data/" + name, &info) == 0)
            #expect(info.st_mode & 0o077 == 0, "\(name)")
        }
        try await store.close()
    }

    @Test(arguments: [
        "UPDATE audit SET who = 'bob'", "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT number, 0, 'bob', '', '', 1, NULL, NULL, NULL FROM audit",
    ])
    func theAuditLogCannotBeChanged(sql: String) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        let record = AuditRecord(at: .epoch, who: "ana", action: "thing.create", object: "thing/a")
        try await store.commit([create("a")], audit: [record])
        await #expect(throws: DatabaseError.self) { try await store.pool.write { try $0.execute(sql: sql) } }
        #expect(try await store.audit(AuditQuery()).map(\.who) == ["ana"])
        try await store.close()
    }

    @Test func aFileOfANewerFormatIsRefusedAndLeftAsItIs() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try SQLiteStateStore.open(directory: directory.path, time: .wall)
        try await store.pool.write { try $0.execute(sql: "UPDATE meta SET value = 99 WHERE name = 'format'") }
        try await store.close()
        let before = try Data(contentsOf: URL(filePath: directory.path + "/state.sqlite"))
        let error = await error { try SQLiteStateStore.open(directory: directory.path, time: .wall) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("format 99") == true)
        #expect(try Data(contentsOf: URL(filePath: directory.path + "/state.sqlite")) == before)
    }

    @Test func whatIsNoDatabaseIsRefusedAndLeftAsItIs() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let file = directory.path + "/state.sqlite"
        let text = String(repeating: "no database ", count: 1000)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        let error = await error { try SQLiteStateStore.open(directory: directory.path, time: .wall) }
        #expect(error?.code == .internal)
        #expect(error?.hint != nil)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
}
