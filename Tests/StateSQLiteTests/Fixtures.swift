import Foundation
import GantryBase
import State
import Synchronization
import Testing

@testable import StateSQLite

func create(_ name: String, _ text: String = "{}", labels: [String: String] = [:]) -> StateChange {
    StateChange(
        kind: "thing", name: name, schemaVersion: 1,
        operation: .create(spec: Array(text.utf8), status: Array("{}".utf8), labels: labels))
}

func remove(_ name: String) -> StateChange {
    StateChange(kind: "thing", name: name, schemaVersion: 1, operation: .remove(expecting: nil))
}

/// A clock that a test sets.
final class TestClock: Sendable {
    private let now = Mutex(Timestamp(seconds: 1_000_000))
    var source: TimeSource {
        TimeSource(now: { self.now.withLock { $0 } }, sleep: { try await Task.sleep(for: $0.duration) })
    }
    func move(by period: Period) { now.withLock { $0 = $0 + period } }
}

/// A small file system in memory, mounted for one test. Needs root, and fails where it is missing.
struct SmallDisk {
    let path: String
    private let directory: TemporaryDirectory

    init(bytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.path
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw MountFailure(reason: "mounting a tmpfs: \(String(cString: strerror(errno))); run as root")
        }
    }

    func makeReadOnly() throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
            throw MountFailure(reason: "remounting read-only: \(String(cString: strerror(errno)))")
        }
    }

    func remove() {
        #expect(umount2(path, Int32(MNT_DETACH)) == 0)
        directory.remove()
    }
}

struct MountFailure: Error { var reason: String }

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
