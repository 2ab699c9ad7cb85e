import Foundation
import GantryBase
import Glibc
import Model
import Telemetry
import TelemetrySQLite
import Testing
import Wire

/// A disk that refuses. Mounts a small file system and so needs root.
@Suite struct TelemetryFaultTests {
    @Test func `a full disk keeps nothing of the batch, answers searches, and recovers by itself`()
        async throws
    {
        let path = FileManager.default.temporaryDirectory.appending(path: "gantry-disk-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(4 << 20)") == 0, "a mount needs root")
        defer {
            umount2(path, Int32(MNT_DETACH))
            rmdir(path)
        }
        let store = try SQLiteTelemetryStore(directory: path + "/store")
        let filler = path + "/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: Data(count: 2 << 20)))
        let name = ServiceName("yidian", "article")
        let source = SignalSource(
            instance: InstanceName(WorkloadName(name, "production", "nanjing"), "i1"), release: nil)
        let batch = TelemetryBatch(
            logs: [
                SourcedRecords(
                    source,
                    (0..<10).map { number in
                        LogRecord(
                            time: Timestamp(seconds: 1_767_225_600 + Int64(number)),
                            body: .string(String(repeating: "x", count: 8 << 10)))
                    })
            ])
        var written = 0
        var refusal: GantryError?
        while refusal == nil, written < 200 {
            do {
                try await store.append(batch)
                written += 1
            } catch let error as GantryError { refusal = error }
        }
        #expect(refusal?.code == .unavailable)
        #expect(refusal?.hint?.isEmpty == false)
        #expect(written > 0)
        #expect(try await store.statistics().logs == written * 10)
        try FileManager.default.removeItem(atPath: filler)
        try await store.append(batch)
        #expect(try await store.statistics().logs == (written + 1) * 10)
        try await store.close()
    }
}
