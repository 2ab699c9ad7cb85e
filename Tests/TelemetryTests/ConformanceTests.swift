import Foundation
import GantryBase
import Telemetry
import TelemetrySQLite
import Testing

@Suite struct SQLiteTelemetryConformanceTests {
    @Test(arguments: TelemetryConformance.cases)
    func `the SQLite store keeps the contract`(_ item: TelemetryConformance.Case) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "telemetry-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let subject = TelemetryConformance.Subject(
            fresh: { try SQLiteTelemetryStore(directory: folder.path + "/store") },
            reopened: { old in
                try await old.close()
                return try SQLiteTelemetryStore(directory: folder.path + "/store")
            })
        try await TelemetryConformance.run(item, on: subject)
    }
}
