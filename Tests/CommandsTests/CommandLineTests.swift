import Foundation
import GantryBase
import Model
import Testing
import Wire
import Yams

@testable import Commands

extension CommandsTests {
    @Suite struct CommandLineTests {
        @Test(
            arguments: [
                (GantryError.Code.invalid, 65), (.notFound, 66), (.unavailable, 69), (.unsupported, 69),
                (.internal, 70), (.exists, 73), (.conflict, 75), (.limit, 75), (.timeout, 75),
                (.unauthenticated, 77), (.forbidden, 77),
            ] as [(GantryError.Code, Int32)])
        func everyErrorHasItsDocumentedExitStatus(code: GantryError.Code, status: Int32) {
            #expect(ExitStatus.of(code) == status)
        }

        @Test func everyCommandExplainsItself() async throws {
            let dump = try await Shell.gantry(["--experimental-dump-help"])
            let tree: JSONValue = try JSON.decode(JSONValue.self, from: Array(dump.output.utf8))
            let commands = Self.commands(in: try #require(tree["command"]), path: [])
            #expect(commands.count > 25)
            for words in commands {
                let help = try await Shell.gantry(words + ["--help"])
                #expect(help.status == 0 && help.complaint.isEmpty, "gantry \(words): \(help)")
                #expect(help.output.contains("USAGE: gantry") && help.output.contains("OVERVIEW:"), "\(help)")
                let wrong = try await Shell.gantry(words + ["--no-such-option"])
                #expect(wrong.status == 64 && wrong.output.isEmpty, "gantry \(words): \(wrong)")
            }
        }

        private static func commands(in command: JSONValue, path: [String]) -> [[String]] {
            let below = command["subcommands"]?.arrayValue ?? []
            return [path]
                + below.filter { $0["shouldDisplay"]?.boolValue != false }.flatMap { item in
                    let name = item["commandName"]?.stringValue ?? ""
                    return name == "help" ? [] : commands(in: item, path: path + [name])
                }
        }

        @Test func aNewServicePassesItsOwnTestsAndValidates() async throws {
            try await RunningServer.withFolder { server in
                let words = ["service", "new", "yidian/greeter", "--language", "python", "--files-only"]
                let made = try await Shell.gantry(words, directory: server.root)
                #expect(made.status == 0, "\(made)")
                let folder = server.root + "/greeter"
                let tests = try await Shell.run(["python3", "-m", "unittest"], directory: folder)
                #expect(tests.status == 0 && tests.all.contains("OK"), "\(tests)")
                let valid = try await Shell.gantry(["validate", "service.yaml"], directory: folder)
                #expect(valid.status == 0, "\(valid)")
                let again = try await Shell.gantry(words, directory: server.root)
                #expect(again.status == 73, "\(again)")
            }
        }

        @Test func listsPrintAsAskedAndNoCommandSendsAnEscapeToATerminal() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.begin(Sample.hello, on: server, .init(instances: 1))
                let subject = "Own \u{1b}]0;the title\u{07}\u{1b}[31m of the reader"
                try await git.git("commit", "--quiet", "--amend", "--message", subject)
                let told = try await git.push()
                #expect(!told.contains("\u{1b}]0"))
                try await people.developer.halted(Sample.hello).require(.waiting)
                let (address, token) = (await server.address, await server.token)
                for kind in ListedKind.allCases {
                    for format in OutputFormat.allCases {
                        let words = ["get", kind.rawValue, "--output", format.rawValue]
                        let list = try await Shell.gantry(words, server: address, token: token)
                        #expect(list.status == 0 && !list.output.contains("\u{1b}"), "\(words): \(list)")
                        try check(list.output, format, kind)
                    }
                }
                for words in [
                    ["describe", "run", "yidian/hello/1"],
                    ["describe", "run", "yidian/hello/1", "-o", "json"],
                    ["run", "show", "yidian/hello/1"], ["describe", "release", "yidian/hello/1"], ["audit"],
                ] {
                    let shown = try await Shell.gantry(words, server: address, token: token)
                    #expect(shown.status == 0 && !shown.output.contains("\u{1b}"), "\(words): \(shown)")
                }
                try await namesWithDotsLeadNowhere(server)
            }
        }

        private func check(_ text: String, _ format: OutputFormat, _ kind: ListedKind) throws {
            let few: [ListedKind] = [.overrides]
            switch format {
            case .table:
                let lines = text.split(separator: "\n")
                #expect(few.contains(kind) ? lines.isEmpty : lines.count >= 2, "\(kind): \(text)")
            case .json:
                let items = try JSON.decode(JSONValue.self, from: Array(text.utf8)).arrayValue
                #expect(items.map { $0.isEmpty } == few.contains(kind), "\(kind): \(text)")
            case .yaml:
                let items = try Yams.load(yaml: text) as? [Any]
                #expect(items.map { $0.isEmpty } == few.contains(kind), "\(kind): \(text)")
            }
        }

        private func namesWithDotsLeadNowhere(_ server: RunningServer) async throws {
            let (address, token) = (await server.address, await server.token)
            for words in [
                ["service", "create", "../.."], ["service", "create", "yidian/.."],
                ["service", "create", "yidian/..%2f..%2fx"],
                ["service", "new", "../..", "--language", "python"],
                ["run", "show", "../../1"], ["run", "logs", "../../1"], ["describe", "service", "../.."],
                ["describe", "workload", "../../../.."], ["logs", "../../../../.."],
                ["scale", "../../../..", "2"], ["render", "../../../.."],
                ["rollback", "../..", "--environment", ".."], ["secret", "list", "../.."],
                ["plan", "../..", "--file", "/etc/hostname"], ["get", "runs", "--service", "../.."],
            ] {
                let answer = try await Shell.gantry(
                    words, server: address, token: token, directory: server.root)
                #expect([1, 65, 66].contains(answer.status), "\(words): \(answer)")
                #expect(!answer.all.contains("root:"), "\(words): \(answer)")
            }
            for path in [
                "/v1/workloads/../../../../etc/passwd",
                "/v1/instances/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/output",
                "/v1/runs/..%2f..%2f..%2fetc/passwd/1/log",
                "/git/../../etc.git/info/refs?service=git-upload-pack",
                "/git/yidian/%2e%2e%2f..git/info/refs?service=git-upload-pack", "/v1/runs/%00/%00/1",
            ] {
                let answer = try await Shell.run([
                    "curl", "-s", "--path-as-is", "-m", "10", "-o", "-", "-w", "\n%{http_code}", "-H",
                    "Authorization: Bearer \(token)", address + path,
                ])
                let status = Int(answer.output.split(separator: "\n").last ?? "") ?? 0
                #expect((400..<500).contains(status), "\(path): \(answer)")
                #expect(!answer.output.contains("root:"), "\(path): \(answer)")
            }
            let large = server.root + "/large"
            #expect(FileManager.default.createFile(atPath: large, contents: Data(count: 50 << 20)))
            let refused = try await Shell.run([
                "curl", "-s", "-X", "PUT", "-m", "30", "-o", "-", "-w", "\n%{http_code}", "-H", "Expect:",
                "-H", "Authorization: Bearer \(token)", "-H", "Content-Type: application/yaml",
                "--data-binary", "@\(large)", address + "/v1/platform",
            ])
            #expect(refused.output.hasSuffix("\n413"), "\(refused.output.suffix(300))")
        }
    }
}
