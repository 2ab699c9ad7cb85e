import Glibc
import Model
import Supervision
import Testing

@testable import Running

@Suite struct CheckoutTests {
    static let tree = """
        mkdir -p src/deep; echo one > src/deep/one; echo two > 'a name'; chmod +x 'a name'
        ln -sf src/deep/one link; printf 'x' > .hidden
        """

    @Test(arguments: [true, false])
    func `puts exactly the files of the commit there, as the business's own`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let commit = try await bench.commit(Self.tree)
            let result = try await bench.finish(.checkout, bench.id(), commit: commit)
            #expect(result.succeeded)
            let found = try await CommandRun(["sh", "-c", "cd \(bench.source); find . -mindepth 1 | sort"])
                .text()
            #expect(found == "./.hidden\n./a name\n./link\n./src\n./src/deep\n./src/deep/one\n")
            for name in [".hidden", "a name", "link", "src", "src/deep/one", "."] {
                #expect(try facts(of: "\(bench.source)/\(name)").st_uid == bench.owner)
            }
            #expect(try facts(of: bench.source + "/a name").st_mode & 0o111 != 0)
            #expect(try facts(of: bench.source + "/link").st_mode & S_IFMT == S_IFLNK)
            #expect(text(of: bench.source + "/src/deep/one") == "one\n")
            #expect(await bench.log(bench.id()) == "checked out \(commit)\n")
        }
    }

    @Test(arguments: [true, false])
    func `a second checkout leaves nothing of what was there`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let first = try await bench.commit(Self.tree)
            try await bench.finish(.checkout, bench.id(), commit: first)
            let litter =
                "echo x > stale; echo y >> 'a name'; mkdir -p d/e; chmod 0 d; rm .hidden; "
                + "echo z > \"$HOME/cache\"; echo w > ../out/layer.tar.gz; rm link; ln -s / link"
            #expect(try await bench.test(litter, bench.id(1)).succeeded)
            let second = try await bench.commit("rm -r src; echo three > three")
            let retry = bench.id(0, attempt: 2)
            #expect(try await bench.finish(.checkout, retry, commit: second).succeeded)
            let found = try await CommandRun(
                ["sh", "-c", "cd \(bench.workspace); find . -mindepth 2 | sort"]).text()
            #expect(found == "./source/.hidden\n./source/a name\n./source/link\n./source/three\n")
            #expect(text(of: bench.source + "/a name") == "two\n")
        }
    }

    @Test func `a commit that is not there fails with git's words`() async throws {
        try await Bench.with { bench in
            _ = try await bench.commit(Self.tree)
            let result = try await bench.finish(.checkout, bench.id(), commit: "0123456789abcdef0123")
            #expect(!result.succeeded && result.exitCode == 128)
            #expect(await bench.log(bench.id()).contains("not a valid object name"))
        }
    }

    @Test func `git settings that a step planted do not run as the server`() async throws {
        try await Bench.with { bench in
            let mark = bench.scratch.file("planted")
            let commit = try await bench.commit(
                "echo '* filter=evil' > .gitattributes; echo data > file")
            try await bench.finish(.checkout, bench.id(), commit: commit)
            let plant =
                "printf '[filter \"evil\"]\\n smudge = \"touch \(mark); cat\"\\n' > \"$HOME/.gitconfig\"; "
                + "mkdir -p \"$HOME/.config/git\"; cp \"$HOME/.gitconfig\" \"$HOME/.config/git/config\""
            #expect(try await bench.test(plant, bench.id(1)).succeeded)
            #expect(try await bench.finish(.checkout, bench.id(0, attempt: 2), commit: commit).succeeded)
            #expect(!isThere(mark))
        }
    }

    @Test func `a step cannot lay a link in the place of its folders`() async throws {
        try await Bench.with { bench in
            let victim = bench.scratch.file("victim")
            mkdir(victim, 0o755)
            try bench.scratch.write("victim/precious", "x")
            let commit = try await bench.commit("echo one > one")
            try await bench.finish(.checkout, bench.id(), commit: commit)
            let script = """
                cd ..
                for name in source home out; do
                    mv $name away-$name && echo MOVED; rm -rf $name; ln -sn \(victim) $name && echo LINKED
                done; ln -s \(victim) source/inner; ln -s \(victim) home/inner; true
                """
            #expect(try await bench.test(script, bench.id(1)).succeeded)
            let log = await bench.log(bench.id(1))
            #expect(!log.contains("MOVED"))
            for name in ["source", "home", "out"] {
                #expect(try facts(of: "\(bench.workspace)/\(name)").st_mode & S_IFMT == S_IFDIR)
            }
            #expect(try await bench.finish(.checkout, bench.id(0, attempt: 2), commit: commit).succeeded)
            #expect(try await bench.test("ln -s \(victim) inner", bench.id(1, attempt: 2)).succeeded)
            try await bench.executor.removeWorkspace(of: bench.run)
            #expect(!isThere(bench.workspace))
            #expect(text(of: victim + "/precious") == "x")
        }
    }
}
