import Access
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Synchronization
import Testing

/// A store in a directory of one test's own, with a clock that the test sets.
final class Installation: Sendable {
    let directory: String
    let store: SQLiteStateStore
    private let now = Mutex(Timestamp(seconds: 1_000_000))

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/gantry-test-\(UUID().uuidString)"
        store = try SQLiteStateStore.open(directory: directory, time: .wall)
    }

    var time: TimeSource {
        TimeSource(now: { self.now.withLock { $0 } }, sleep: { try await Task.sleep(for: $0.duration) })
    }
    var tokens: TokenStore { TokenStore(store: store, time: time) }
    var keyFile: String { directory + "/" + SecretKey.fileName }

    func secrets() async throws -> SecretStore {
        try await SecretStore.open(store: store, keyFile: keyFile, time: time)
    }

    func move(by period: Period) { now.withLock { $0 = $0 + period } }

    /// Everything in the directory, the write-ahead log as well. Reading a database's file lets go of this process's
    /// locks on it; nobody else is here.
    func bytesOnDisk() throws -> Data {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(names.contains("state.sqlite-wal"))
        return try names.reduce(into: Data()) { data, name in
            data += try Data(contentsOf: URL(filePath: directory + "/" + name))
        }
    }

    func remove() async {
        try? await store.close()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// Runs a test's body on an installation and leaves nothing behind.
func withInstallation(_ body: (Installation) async throws -> Void) async throws {
    let installation = try Installation()
    do {
        try await body(installation)
    } catch {
        await installation.remove()
        throw error
    }
    await installation.remove()
}

func error<Value>(of body: () async throws -> Value) async -> GantryError? {
    do {
        let value = try await body()
        Issue.record("no error, but \(value)")
        return nil
    } catch {
        let error = error as? GantryError
        if error == nil { Issue.record("not the product's error") }
        return error
    }
}

extension PlatformSpec {
    /// Two businesses: in `yidian` each role has one holder, and everybody may look; nobody has a role in `yisheng`
    /// but its admin.
    static let sample = PlatformSpec(
        name: "clinic",
        businesses: [
            Business(
                name: "yidian",
                members: ["dev": .developer, "app": .approver, "boss": .admin, "*": .viewer]),
            Business(name: "yisheng", members: ["chief": .admin]),
        ],
        regions: [], clusters: [], environments: [], pipelines: [:])
}
