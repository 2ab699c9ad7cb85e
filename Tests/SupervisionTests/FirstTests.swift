import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite struct FirstTests {
    @Test func `a program runs and tells its exit`() async throws {
        let process = try ProcessTable.shared.spawn(
            ProcessRequest(command: ["sh", "-c", "exit 7"], environment: ["PATH": "/bin"]))
        #expect(await process.wait().exitCode == 7)
    }
}
