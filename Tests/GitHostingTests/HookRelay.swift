import Foundation
import GantryBase
import Model
import Synchronization

@testable import GitHosting

/// Runs `HookClient` in this process for hooks that git starts: the program of the hook leaves what git gave it in a
/// folder and waits there for its exit status, so that the client works in git's real quarantine.
struct HookRelay: Sendable {
    let folder: String

    init(folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = """
            #!/bin/sh
            call="\(folder)/call.$$"
            mkdir "$call.new"
            env -0 > "$call.new/environment"
            cat > "$call.new/input"
            printf '%s\\n%s\\n%s\\n' "$1" "$2" "$PWD" > "$call.new/arguments"
            mv "$call.new" "$call"
            while [ ! -e "$call/status" ]; do sleep 0.02; done
            cat "$call/messages" >&2
            exit "$(cat "$call/status")"

            """
        try FileSync.replace(program, with: script, mode: 0o755)
    }

    var program: String { folder + "/hook it's" }

    func run() async {
        await withDiscardingTaskGroup { group in
            var seen: Set<String> = []
            while !Task.isCancelled {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                for name in names
                where name.hasPrefix("call.") && !name.hasSuffix(".new") && seen.insert(name).inserted {
                    group.addTask { try? await answer(folder + "/" + name) }
                }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    private func answer(_ call: String) async throws {
        let words = try String(contentsOfFile: call + "/arguments", encoding: .utf8).split(separator: "\n")
        guard let kind = HookKind(rawValue: String(words[0])),
            let service = ServiceName(path: String(words[1]))
        else { return }
        var environment: [String: String] = [:]
        for entry in try String(contentsOfFile: call + "/environment", encoding: .utf8).split(separator: "\0")
        {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            environment[String(parts[0])] = String(parts[1])
        }
        let input = open(call + "/input", O_RDONLY)
        defer { close(input) }
        let lines = Mutex<[String]>([])
        let status = await HookClient.run(
            kind: kind, service: service, standardInput: input, environment: environment,
            directory: String(words[2])
        ) { line in lines.withLock { $0.append(line) } }
        try FileSync.replace(call + "/messages", with: lines.withLock { $0.map { $0 + "\n" }.joined() })
        try FileSync.replace(call + "/status", with: "\(status)")
    }
}
