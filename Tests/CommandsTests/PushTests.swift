import Foundation
import GantryBase
import Model
import Testing

@testable import Commands

extension CommandsTests {
    @Suite struct PushTests {
        @Test func whatMayNotLandIsRefusedOnThePushersTerminal() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.begin(Sample.hello, on: server)
                try write(
                    Sample.specification(Sample.hello, .init(extra: "replicas: 3")).replacing(
                        "min: 2", with: "min: many"),
                    git.folder + "/service.yaml")
                try await git.git("commit", "--quiet", "--all", "--amend", "--message", "Be wrong")
                let wrong = await git.refusal()
                #expect(wrong.contains(/remote: service\.yaml:13:\d+: error: .*min/), "\(wrong)")
                #expect(wrong.contains(/remote: service\.yaml:17:1: error: .*replicas/), "\(wrong)")
                #expect(wrong.contains("nothing has changed"), "\(wrong)")

                try await git.git("rm", "--quiet", "-f", "service.yaml")
                try await git.git("commit", "--quiet", "--amend", "--message", "Be without")
                let missing = await git.refusal()
                #expect(
                    missing.contains("service.yaml: error: missing at the root of the repository"),
                    "\(missing)")

                try await git.commit(Sample.hello, .init())
                try await git.git("add", "service.yaml")
                try await git.git("commit", "--quiet", "--amend", "--message", "Be right")
                let told = try await git.push()
                let run = try await people.developer.newestRun(of: Sample.hello)
                #expect(
                    told.contains(
                        "run yidian/hello/1 started: \(await server.address)/v1/runs/yidian/hello/1"))
                #expect(run.spec.author == "developer")

                try await git.git("commit", "--quiet", "--amend", "--message", "Rewrite history")
                let forced = await git.refusal("--force", "origin", "main")
                #expect(forced.contains("its history cannot be rewritten"), "\(forced)")
                let deleted = await git.refusal("origin", ":main")
                #expect(deleted.contains("cannot be deleted"), "\(deleted)")
                #expect(try await people.developer.count("runs", of: Sample.hello) == 1)
                try await whoMayNot(git, server, people)
            }
        }

        private func whoMayNot(_ git: LocalGit, _ server: RunningServer, _ people: DemoPeople) async throws {
            let address = await server.address
            try await git.git("remote", "add", "nowhere", "\(address)/git/yidian/nowhere.git")
            let unknown = await git.refusal("nowhere", "main")
            #expect(unknown.contains("404") || unknown.contains("not found"), "\(unknown)")

            var wrong = git
            wrong.environment["GIT_CONFIG_VALUE_0"] =
                "Authorization: Basic " + Data("developer:gantry_wrong".utf8).base64EncodedString()
            let denied = await wrong.refusal()
            // Git asks for another name and password, and there is nobody to ask.
            #expect(denied.contains("could not read Username"), "\(denied)")

            // A reader's token is known and may not push.
            let made = try await Shell.gantry(
                ["token", "create", "--user", "developer", "--scope", "read"], server: address,
                token: await server.token)
            #expect(made.status == 0, "\(made)")
            let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            wrong.environment["GIT_CONFIG_VALUE_0"] =
                "Authorization: Basic " + Data("developer:\(token)".utf8).base64EncodedString()
            let forbidden = await wrong.refusal()
            #expect(forbidden.contains("403") || forbidden.contains("push"), "\(forbidden)")

            #expect(try await Shell.gantry(["get", "runs"], server: address, token: token).status == 0)
            let list = try await Shell.gantry(["token", "list"], server: address, token: await server.token)
            let id = try #require(
                list.output.split(separator: "\n").first {
                    $0.contains("developer") && $0.contains("read") && !$0.contains("push")
                }?
                .split(separator: " ").first.map(String.init), "\(list)")
            let revoked = try await Shell.gantry(
                ["token", "revoke", id], server: address, token: await server.token)
            #expect(revoked.status == 0, "\(revoked)")
            for stale in [token, "gantry_wrong", "\u{1b}[31m"] {
                let answer = try await Shell.gantry(["get", "runs"], server: address, token: stale)
                #expect(answer.status == 77 && answer.output.isEmpty, "\(answer)")
                #expect(answer.complaint.contains("hint:"), "\(answer)")
            }
            let nobody = try await Shell.gantry(["get", "runs"], server: address)
            #expect(nobody.status == 77 && nobody.complaint.contains("gantry login"), "\(nobody)")
        }

        @Test func ofTwoPushesAtOnceToOneRepositoryOneLandsAndTwoRepositoriesDoNotMeet() async throws {
            try await RunningServer.with { server, people in
                let other = ServiceName("yidian", "other")
                let first = try await people.begin(Sample.hello, on: server)
                let second = try await people.begin(other, on: server, .init(instances: 1))
                async let one = first.push()
                async let two = second.push()
                _ = try await (one, two)
                try await people.developer.halted(Sample.hello).require(.waiting)
                try await people.developer.halted(other).require(.waiting)
                #expect(try await people.ready(2).count == 2)
                #expect(try await people.ready(1, other).count == 1)

                let clone = LocalGit(folder: first.folder + "-2", environment: first.environment)
                try FileManager.default.copyItem(atPath: first.folder, toPath: clone.folder)
                try await first.commit(Sample.hello, .init(extra: "owner: [one]"), subject: "One")
                try await clone.commit(Sample.hello, .init(extra: "owner: [two]"), subject: "Two")
                async let left = Result.of { try await first.push() }
                async let right = Result.of { try await clone.push() }
                let results = await [left, right]
                let landed = results.count { if case .success = $0 { true } else { false } }
                #expect(landed == 1, "\(results)")
                // Whoever lost is told what to do, by us or by git, and not of locks alone.
                #expect("\(results)".contains("git pull"), "\(results)")
                #expect(try await people.developer.count("runs", of: Sample.hello) == 2)
                let run = try await people.developer.halted(Sample.hello)
                try run.require(.waiting)
                let won = if case .success = results[0] { "One" } else { "Two" }
                #expect(run.spec.subject == won)
            }
        }
    }
}

extension LocalGit {
    /// What the pusher saw of a push that must not land.
    func refusal(_ words: String...) async -> String {
        let words = words.isEmpty ? ["origin", "main"] : words
        let output = try? await Shell.run(
            ["git", "push"] + words, directory: folder,
            environment: Shell.environment.merging(environment) { $1 })
        guard let output, output.status != 0 else { return "it landed" }
        return output.all
    }
}

extension Result where Failure == any Error {
    static func of(_ work: () async throws -> Success) async -> Self {
        do { return .success(try await work()) } catch { return .failure(error) }
    }
}
