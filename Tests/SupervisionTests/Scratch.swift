import GantryBase
import Glibc
import Model
import Supervision
import Testing

/// A folder of one test, with what the tests of processes share.
struct Scratch {
    let path: String

    /// Calls `body` with a new folder that any user may enter and that is gone afterwards.
    static func with<T>(_ body: (Scratch) async throws -> T) async throws -> T {
        var template = Array("/tmp/gantry-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        do {
            let value = try await body(Scratch(path: path))
            await remove(path)
            return value
        } catch {
            await remove(path)
            throw error
        }
    }

    private static func remove(_ path: String) async {
        let command = ["rm", "-rf", path]
        _ = await (try? ProcessTable.shared.spawn(ProcessRequest(command: command, environment: [:])))?.wait()
    }

    func file(_ name: String) -> String { path + "/" + name }

    func text(_ name: String) -> String {
        (try? readFile(file(name), limit: 64 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
        try replaceFile(file(name), with: Array(text.utf8), mode: mode)
        chmod(file(name), mode)
    }

    /// Runs a request with its output in a file, and returns both.
    func run(_ request: ProcessRequest) async throws -> (exit: ProcessExit, output: String) {
        let name = "output-\(RandomName.make(length: 8))"
        let output = open(file(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        try #require(output >= 0)
        defer { close(output) }
        var request = request
        request.output = .descriptor(output)
        request.error = .sameAsOutput
        let exit = try await ProcessTable.shared.spawn(request).wait()
        return (exit, text(name))
    }
}

/// A shell script as a request.
func shell(_ script: String, _ environment: [String: String] = ["PATH": "/usr/bin:/bin"]) -> ProcessRequest {
    ProcessRequest(command: ["/bin/sh", "-c", script], environment: environment)
}

/// Looks again until something is true; tells whether it became so in time.
func becomesTrue(within patience: Duration = .seconds(20), _ condition: () throws -> Bool) async rethrows
    -> Bool
{
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try condition()
}

func requireRoot() throws {
    try #require(getuid() == 0, "this test needs root, namespaces and mounts")
}
