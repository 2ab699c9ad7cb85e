import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing
import Wire

@testable import Commands

extension CommandsTests {
    /// Signing in, with the real programs.
    @Suite(.serialized) struct AccessTests {
        static let password = "four quiet herons at dusk"

        /// A command with something on standard input, at a home of its own.
        static func gantry(
            _ words: [String], input: String? = nil, home: String, server: String? = nil,
            token: String? = nil,
            more: [String: String] = [:]
        ) async throws -> Shell.Outcome {
            var environment = Shell.environment.merging(more) { $1 }
            (environment["HOME"], environment["XDG_CONFIG_HOME"]) = (home, home + "/.config")
            (environment["GANTRY_SERVER"], environment["GANTRY_TOKEN"]) = (server, token)
            environment["INPUT"] = input
            guard input != nil else {
                return try await Shell.run([Shell.program] + words, environment: environment)
            }
            return try await Shell.run(
                ["/bin/sh", "-c", "printf '%s' \"$INPUT\" | \"$0\" \"$@\"", Shell.program] + words,
                environment: environment)
        }

        @Test func aPersonSignsInWithAPasswordAndKeepsSeveralServers() async throws {
            try await RunningServer.withFolder { server in
                try await server.start()
                let (address, admin, home) = (await server.address, await server.token, server.root)
                func run(_ words: String..., input: String? = nil) async throws -> Shell.Outcome {
                    try await Self.gantry(words, input: input, home: home)
                }
                let first = try await run("login", address, "--context", "boss", input: admin)
                #expect(first.status == 0 && first.output.contains("as admin"), "\(first.all)")
                let weak = try await run("user", "add", "ana", input: "password1234")
                #expect(weak.status == 65 && weak.complaint.contains("too weak"))
                let added = try await run("user", "add", "ana", input: Self.password)
                #expect(added.status == 0, "\(added.all)")
                let wrong = try await run("login", address, "--user", "ana", input: "something else entirely")
                #expect(wrong.status == 77 && !wrong.all.contains("something else"), "\(wrong.all)")
                let entered = try await run("login", address, "--user", "ana", input: Self.password + "\n")
                #expect(entered.status == 0 && entered.output.contains("as ana"), "\(entered.all)")

                let contexts = try await run("context", "list")
                #expect(contexts.output.contains("boss") && contexts.output.contains("*  default"))
                #expect(!contexts.all.contains("gantry_"))
                let file = home + "/.config/gantry/credentials.json"
                var facts = stat()
                #expect(stat(file, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
                #expect(try await run("user", "list").status == 77, "ana is no admin")
                let listed = try await run("user", "list", "--context", "boss")
                #expect(listed.status == 0 && listed.output.contains("ana"), "\(listed.all)")
                #expect(try await run("context", "use", "boss").status == 0)
                #expect(try await run("user", "list").status == 0)

                let changed = try await run(
                    "user", "password", "ana", "--own", "--context", "default",
                    input: Self.password + "\neleven grey cranes in fog\n")
                #expect(changed.status == 0, "\(changed.all)")
                let out = try await run("logout", "--context", "default")
                #expect(out.status == 0 && out.output.contains("signed out"), "\(out.all)")
                let removed = try await run("user", "remove", "ana")
                #expect(removed.status == 0, "\(removed.all)")
                #expect(try await run("context", "remove", "default").status == 66)
                let audit = try await run("audit", "--prefix", "user/ana")
                for word in ["user.create", "user.sign-in", "refused", "user.password", "user.remove"] {
                    #expect(audit.output.contains(word), "\(word) in\n\(audit.output)")
                }
            }
        }

        @Test func aMachineIsLetInByACode() async throws {
            try await RunningServer.withFolder { server in
                try await server.start()
                let (address, admin) = (await server.address, await server.token)
                let home = server.root + "/laptop"
                try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
                var environment = Shell.environment
                (environment["HOME"], environment["XDG_CONFIG_HOME"]) = (home, home + "/.config")
                var request = ProcessRequest(
                    command: [Shell.program, "login", address, "--device", "--scope", "read"], directory: "/",
                    environment: environment)
                let log = open(home + "/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
                defer { close(log) }
                (request.output, request.error, request.dieWithParent) = (
                    .descriptor(log), .sameAsOutput, true
                )
                let process = try ProcessTable.shared.spawn(request)
                defer { if process.exit == nil { process.signal(SIGKILL) } }
                func said() -> String { (try? String(contentsOfFile: home + "/log", encoding: .utf8)) ?? "" }
                let code = try await eventually("a code is shown", within: RunningServer.limit) {
                    said().firstMatch(of: /code +([A-Z0-9]{4}-[A-Z0-9]{4})/).map { String($0.1) }
                }
                #expect(said().contains("\(address)/device?code=\(code)"))
                let shown = try await Self.gantry(
                    ["device", "show", code], home: server.root, server: address, token: admin)
                #expect(shown.output.contains("for read"), "\(shown.all)")
                let approved = try await Self.gantry(
                    ["device", "approve", code], home: server.root, server: address, token: admin)
                #expect(approved.status == 0, "\(approved.all)")
                let exit = try await eventually("the machine is signed in", within: RunningServer.limit) {
                    process.exit
                }
                #expect(exit.succeeded && said().contains("signed in at \(address) as admin"), "\(said())")
                let kept = try String(
                    contentsOfFile: home + "/.config/gantry/credentials.json", encoding: .utf8)
                #expect(kept.contains("gantry_"))
                let refused = try await Self.gantry(["user", "list"], home: home)
                #expect(refused.status == 77 && refused.complaint.contains("admin"), "only to read")
            }
        }

        @Test func aServiceAccountWorksUntilItIsRemoved() async throws {
            try await RunningServer.withFolder { server in
                try await server.start()
                let (address, admin) = (await server.address, await server.token)
                func run(_ words: String..., token: String) async throws -> Shell.Outcome {
                    try await Self.gantry(words, home: server.root, server: address, token: token)
                }
                let nobody = try await run("service-account", "token", "ci", token: admin)
                #expect(nobody.status == 66)
                let added = try await run("service-account", "add", "ci", token: admin)
                #expect(added.status == 0 && added.output.contains("service/ci"), "\(added.all)")
                let made = try await run("service-account", "token", "ci", token: admin)
                let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(token.hasPrefix("gantry_"))
                let own = try await run("token", "list", token: token)
                #expect(own.status == 0 && own.output.contains("service/ci"), "\(own.all)")
                let listed = try await run("service-account", "list", token: admin)
                #expect(listed.output.contains("service/ci"), "\(listed.all)")
                let removed = try await run("service-account", "remove", "ci", token: admin)
                #expect(removed.output.contains("1 token"), "\(removed.all)")
                #expect(try await run("token", "list", token: token).status == 77)
            }
        }
    }
}
