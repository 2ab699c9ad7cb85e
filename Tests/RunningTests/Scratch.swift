import GantryBase
import Glibc
import Supervision
import Testing

/// A folder of one test that is gone afterwards.
struct Scratch: Sendable {
    let path: String

    static func with<T>(_ body: (Scratch) async throws -> T) async throws -> T {
        var template = Array("/tmp/gantry-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        do {
            let value = try await body(Scratch(path: path))
            _ = try await CommandRun(["rm", "-rf", path]).run()
            return value
        } catch {
            _ = try? await CommandRun(["rm", "-rf", path]).run()
            throw error
        }
    }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
        try replaceFile(file(name), with: Array(text.utf8), mode: mode)
    }
}

func text(of file: String) -> String {
    (try? readFile(file, limit: 64 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

func isThere(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0
}

func facts(of path: String) throws -> stat {
    var facts = stat()
    try #require(lstat(path, &facts) == 0, "\(path) is not there")
    return facts
}

/// Looks again until something is true; tells whether it became so in time.
func becomesTrue(within patience: Duration = .seconds(30), _ condition: () async throws -> Bool)
    async rethrows
    -> Bool
{
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}

/// Processes with a word in their command line.
func processes(with word: String) async throws -> Int {
    // The brackets keep the search from finding itself.
    let pattern = "\(word.prefix(1))[\(word.dropFirst().prefix(1))]\(word.dropFirst(2))"
    let output = try await CommandRun(["pgrep", "-f", "-c", pattern]).run()
    return Int(String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").first ?? "0") ?? 0
}
