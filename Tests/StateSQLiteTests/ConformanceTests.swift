import GantryBase
import State
import StateSQLite
import Testing

@Suite struct ConformanceTests {
    @Test(arguments: StateConformance.cases)
    func theContractHolds(item: StateConformance.Case) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let open: @Sendable () throws -> any StateStore = {
            try SQLiteStateStore.open(directory: directory.path, time: .wall)
        }
        let subject = StateConformance.Subject(
            fresh: { try open() },
            reopened: { old in
                try await old.close()
                return try open()
            })
        try await StateConformance.run(item, on: subject)
    }
}
