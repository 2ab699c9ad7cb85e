import Artifacts
import Clusters
import Foundation
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing

extension LocalClusterTests {
    @Suite struct EnvironmentTests {
        @Test func secretsReachTheProgramAndNoFile() async throws {
            try await Ground.with { ground, cluster in
                var target = try await ground.target()
                target.secrets = ["DB_PASSWORD": "correct-horse-battery"]
                target.spec.env = ["LOG_LEVEL": "debug", "PORT": "1"]
                target.configuration = [ConfigurationFile(path: "conf/app.toml", content: "a = 1\n")]
                try await cluster.apply(target)
                let instance = try await cluster.ready(target.name, 1)[0]
                let address = try #require(instance.addresses["http"])
                let text = try #require(await get(address, "/env")).body
                let variables = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
                #expect(variables["DB_PASSWORD"] == "correct-horse-battery")
                #expect(variables["GANTRY_SECRET_DB_PASSWORD"] == nil)
                #expect(variables["LOG_LEVEL"] == "debug")
                #expect(address == "127.0.0.1:\(variables["PORT"] ?? "")", "probes rely on PORT")
                #expect(variables["PORT_HTTP"] == variables["PORT"])
                #expect(variables["GANTRY_RELEASE"] == "yidian/article/1")
                #expect(await get(address, "/readconf/app.toml")?.body == "a = 1\n")
                let found = try await CommandRun(["grep", "-rl", "correct-horse-battery", ground.path]).run()
                #expect(found.exit.exitCode == 1, "\(String(decoding: found.bytes, as: UTF8.self))")
            }
        }

        @Test func aCalleeHasOneAddressBeforeAndAfterItIsThere() async throws {
            try await Ground.with { ground, cluster in
                var caller = try await ground.target("yidian/article")
                caller.spec.calls = [ServiceName("yisheng", "doctor")]
                caller.spec.expose = [Exposure(host: "articles.example.com")]
                try await cluster.apply(caller)
                let instance = try await cluster.ready(caller.name, 1)[0]
                let address = try #require(instance.addresses["http"])
                let text = try #require(await get(address, "/env")).body
                let variables = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
                let url = try #require(variables["YISHENG_DOCTOR_URL"])
                #expect(url == "http://127.0.0.1:\(variables["YISHENG_DOCTOR_PORT"] ?? "")")
                let stable = String(url.dropFirst("http://".count))
                let early = try await eventually("an answer") { await get(stable) }
                #expect(early.status == 503)
                let callee = try await ground.target("yisheng/doctor")
                try await cluster.apply(callee)
                let doctor = try await cluster.ready(callee.name, 1)[0]
                _ = try await eventually("served") {
                    await get(stable)?.body == doctor.name.path ? true : nil
                }
                let door = try #require(await cluster.frontDoor("testing", "guangzhou"))
                let answer = try #require(await get(door, "/", host: "articles.example.com"))
                #expect(answer.body == instance.name.path)
                try await cluster.remove(callee.name)
                _ = try await eventually("503 again") { await get(stable)?.status == 503 ? true : nil }
            }
        }

        @Test func aLinkInTheArtifactLeadsNoConfigurationOut() async throws {
            try await Ground.with { ground, cluster in
                var target = try await ground.target()
                let tree = ground.path + "/linked"
                mkdir(tree, 0o755)
                symlink(ground.path, tree + "/conf")
                symlink(ground.path + "/stolen", tree + "/file")
                _ = try await CommandRun(["tar", "-czf", tree + ".tar.gz", "-C", tree, "."]).text()
                target.artifact = try await ground.artifacts.ingest(
                    archive: tree + ".tar.gz", annotations: [:])
                target.configuration = [ConfigurationFile(path: "conf/stolen", content: "x")]
                try await cluster.apply(target)
                _ = try await eventually("a problem") { try await cluster.observe(target.name)?.problem }
                #expect(access(ground.path + "/stolen", F_OK) != 0)
                target.configuration = [ConfigurationFile(path: "../../stolen", content: "x")]
                await #expect(throws: GantryError.self) { try await cluster.apply(target) }
            }
        }

        @Test func businessesRunAsUsersOfTheirOwnAndCannotReadEachOther() async throws {
            try #require(geteuid() == 0, "this test needs root, to run programs as other users")
            try await Ground.with(isolation: .business) { ground, cluster in
                let a = try await ground.target("yidian/article")
                let b = try await ground.target("yisheng/doctor")
                try await cluster.apply(a)
                try await cluster.apply(b)
                let one = try await cluster.ready(a.name, 1)[0]
                let two = try await cluster.ready(b.name, 1)[0]
                let address = try #require(one.addresses["http"])
                let uid = try #require(await get(address, "/uid")?.body)
                let otherAddress = try #require(two.addresses["http"])
                let other = try #require(await get(otherAddress, "/uid")?.body)
                #expect(BusinessUsers.range.contains(UInt32(uid) ?? 0))
                #expect(BusinessUsers.range.contains(UInt32(other) ?? 0))
                #expect(uid != other)
                for file in ["plan.json", "report.json", "output.log", "tmp"] {
                    #expect(
                        await get(address, "/read" + ground.instance(two.name, file))?.body
                            == "PermissionError")
                }
                let program = try Stored.report(ground, two.name).program
                let foreign = "/proc/\(program?.pid ?? 0)/environ"
                #expect(await get(address, "/read" + foreign)?.body == "PermissionError")
                #expect(
                    await get(address, "/read\(ground.clusterPath)/ports.json")?.body == "PermissionError")
                #expect(await get(address, "/read\(ground.data)/users.json")?.body == "PermissionError")
                #expect(await get(address, "/readmain.py")?.body == Programs.web)
            }
        }
    }
}
