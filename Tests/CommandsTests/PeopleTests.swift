import Foundation
import GantryBase
import Model
import Testing
import Wire

@testable import Commands

extension CommandsTests {
    /// What a person is told: times, kinds, empty lists, and what a command has done.
    @Suite struct PeopleTests {
        static let now = Timestamp(seconds: 1_800_000_000)

        @Test func timesAreReadByPeopleAndKeptByMachines() throws {
            let past = Timestamp(nanoseconds: 1_799_999_820_123_456_789)
            #expect(Age.since(past, now: Self.now) == "2027-01-15 07:57:00 UTC (2m ago)")
            #expect(Age.until(Self.now + .minutes(180), now: Self.now) == "2027-01-15 11:00:00 UTC (in 3h)")
            #expect(Age.until(past, now: Self.now) == Age.since(past, now: Self.now))
            let value: JSONValue = ["at": .string(past.description), "n": 1, "list": ["x", "10s"]]
            let shown: JSONValue = ["at": "2027-01-15 07:57:00 UTC (2m ago)", "n": 1, "list": ["x", "10s"]]
            #expect(value.withReadableTimes(now: Self.now) == shown)
        }

        @Test(arguments: [
            ("workload", ListedKind.workloads), ("Workloads", .workloads), ("wl", .workloads),
            ("svc", .services),
            ("business", .businesses), ("runs", .runs), ("run", .runs), ("ro", .rollouts),
        ])
        func aKindIsKnownInTheSingularThePluralAndShort(word: String, kind: ListedKind) throws {
            #expect(try ListedKind.named(word) == kind)
        }

        @Test func noWordMeansTwoKinds() {
            let words = ListedKind.allCases.flatMap { [$0.rawValue] + $0.otherWords }
            #expect(Set(words).count == words.count)
        }

        @Test func aScaleBeyondTheBoundsSaysSo() throws {
            let name = WorkloadName(ServiceName("yidian", "a"), "production", "nanjing")
            let scale = try EffectiveView(yaml: "scale:\n  min: 2\n  max: 4\nsecrets:\n- KEY\n")
            #expect(scale.secrets == ["KEY"])
            func text(_ count: Int) -> String { ScaleCommand.text(name, count, until: nil, scale.scale) }
            #expect(text(3) == "yidian/a/production/nanjing goes to 3 instances, until it is cleared")
            #expect(text(5).contains("beyond scale.max 4"))
            #expect(text(1).contains("goes to 1 instance,") && text(1).contains("below scale.min 2"))
            #expect(text(0).contains("nothing answers") && text(0).contains("--clear"))
            #expect(try EffectiveView(yaml: "name: a\nscale: {min: 3}\n").scale.max == 3)
        }

        @Test func settingASecretSaysWhatItDoes() {
            #expect(SecretUse.nothingRuns.text("KEY").contains("nothing"))
            #expect(SecretUse.notNamed.text("KEY").contains("secrets: [KEY]"))
            #expect(
                SecretUse.given(workloads: 2, instances: 5).text("KEY")
                    == "5 instances of 2 workloads are replaced one by one")
        }

        @Test func anAddressHasOneForm() throws {
            for text in ["http://127.0.0.1:7180/", "127.0.0.1:7180", "http://127.0.0.1:7180"] {
                #expect(try ClientOptions.address(text) == "http://127.0.0.1:7180")
            }
            for text in ["", "ftp://a", "http://", "http://a/v1", "a b"] {
                #expect(throws: GantryError.self, "\(text)") { try ClientOptions.address(text) }
            }
        }

        @Test func wrongWordsAreAnsweredWithTheRightOnes() async throws {
            for (words, answer) in [
                (["rollbak", "a/b"], "there is no command gantry rollbak; did you mean rollback?"),
                (["run", "shwo", "a/b/1"], "no command gantry run shwo; did you mean show?"),
                (["get", "workloda"], "did you mean workloads?"),
                (["describe", "servce", "a/b"], "service?"),
                (["get", "runs", "--environment", "production"], "not listed by environment"),
                (["get", "runs", "--limit", "0"], "--limit takes 1 or more"),
                (["describe", "run", "yidian/hello"], "BUSINESS/SERVICE/NUMBER"),
                (["describe", "run"], "gantry get runs"),
                (["service", "new", "yidian/x", "--files-only"], "--language python"),
                (["login", "http://a", "--server", "http://b"], "once"),
            ] {
                let told = try await Shell.gantry(words)
                #expect(told.status == 64 && told.output.isEmpty, "\(words): \(told)")
                #expect(told.complaint.contains(answer), "\(words): \(told.complaint)")
            }
        }

        @Test func listsTokensAndFilesTellAPersonWhatIsThere() async throws {
            try await RunningServer.with { server, _ in
                let (address, token) = (await server.address, await server.token)
                func ask(_ words: [String]) async throws -> Shell.Outcome {
                    try await Shell.gantry(words, server: address, token: token, directory: server.root)
                }
                #expect(try await ask(["service", "create", "yidian/hello"]).status == 0)
                try await lists(ask)
                try await tokens(ask)
                try await files(ask, server.root)
                let wrong = try await Shell.gantry(["login", "127.0.0.1:1"])
                #expect(wrong.status == 69, "\(wrong)")
                #expect(try await ask(["secret", "list", "yidian/hello"]).output.isEmpty)
                for words in [["secret", "list", "yidian/helo"], ["logs", "yidian/helo"]] {
                    let told = try await ask(words)
                    #expect(
                        told.status == 66 && told.complaint.contains("did you mean yidian/hello?"), "\(told)")
                }
                let bare = try await ask(["token", "create", "--expires-in", "soon"])
                #expect(bare.status == 64 && bare.complaint.contains("a duration such as"), "\(bare)")
            }
        }

        typealias Ask = ([String]) async throws -> Shell.Outcome

        private func lists(_ ask: Ask) async throws {
            let empty = try await ask(["get", "run", "--service", "yidian/hello"])
            #expect(empty.status == 0 && empty.output.isEmpty, "\(empty)")
            #expect(empty.complaint.contains("there are no runs of yidian/hello"), "\(empty)")
            #expect(empty.complaint.contains("hint: git push"), "\(empty)")
            for (words, answer) in [
                (["get", "runs", "yidian/helo"], "there is no service yidian/helo"),
                (["get", "runs", "yidain"], "did you mean yidian?"),
                (["get", "workloads", "-e", "prod"], "there is no environment prod"),
                (["get", "workloads", "-r", "mars", "-o", "json"], "there is no region mars"),
                (["get", "service", "yidian/helo"], "did you mean yidian/hello?"),
            ] {
                let answered = try await ask(words)
                #expect(answered.status == 66 && answered.output.isEmpty, "\(words): \(answered)")
                #expect(answered.complaint.contains(answer), "\(words): \(answered)")
            }
        }

        private func tokens(_ ask: Ask) async throws {
            let made = try await ask(["token", "create", "--user", "nobody", "--expires-in", "30d"])
            let text = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(made.status == 0 && text.hasPrefix("gantry_") && !text.contains(" "), "\(made)")
            let id = try #require(made.complaint.firstMatch(of: /id (\S+), for nobody with read/)?.1)
            #expect(made.complaint.contains("nobody is a member of no business"), "\(made)")
            #expect(!made.complaint.contains(text))
            let list = try await ask(["token", "list", "--user", "nobody"])
            #expect(list.output.contains(id) && list.output.contains("(in 30d)"), "\(list)")
            #expect(try await ask(["token", "revoke", String(id)]).status == 0)
            let json = try await ask(["token", "create", "-o", "json"])
            let value = try JSON.parse(json.output)
            #expect(value["id"]?.stringValue != nil && value["token"]?.stringValue != nil, "\(json)")
        }

        private func files(_ ask: Ask, _ root: String) async throws {
            let file = root + "/service.yaml"
            try Sample.specification(Sample.hello).write(toFile: file, atomically: true, encoding: .utf8)
            let applied = try await ask(["apply", "service.yaml"])
            #expect(applied.status == 65 && applied.output.isEmpty, "\(applied)")
            #expect(applied.complaint.contains("service.yaml:2:7: error: this file is of the kind Service"))
            #expect(applied.complaint.contains("service.yaml has a mistake"), "\(applied)")
        }
    }
}
