import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite("The output of an instance", .serialized) struct InstanceOutputTests {
    private func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : -1
    }

    /// In KB, of a process.
    private func resident(_ pid: Int32) -> Int {
        let text = (try? readFile("/proc/\(pid)/status", limit: 1 << 16)).map {
            String(decoding: $0, as: UTF8.self)
        }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) } ?? -1
    }

    @Test("100 MB of output is bounded on disk and in memory, and ends with the newest")
    func flood() async throws {
        try await Scratch.with { scratch in
            let script =
                "yes 0123456789012345678901234567890123456789 | head -c 100000000; echo; echo end; exec sleep 600"
            var fixture = try InstanceFixture(scratch, command: ["/bin/sh", "-c", script])
            fixture.plan.health.readiness = nil
            fixture.plan.files.logBytes = .mebibytes(1)
            try await fixture.run { agent in
                #expect(await becomesTrue(within: .seconds(60)) { scratch.text("log").hasSuffix("\nend\n") })
                for file in ["log", "log.1", "log.2"] { #expect(size(scratch.file(file)) <= 1 << 20) }
                #expect(size(scratch.file("log.1")) > 1_000_000)
                #expect(size(scratch.file("log.3")) == -1)
                #expect(scratch.text("log.1").hasSuffix("9\n"), "files end with whole lines")
                let peak = resident(agent.identity.pid)
                #expect(peak < 32 << 10, "the agent used \(peak) KB at its peak")
            }
        }
    }

    @Test("a full disk loses output, says how much, and never holds the program up")
    func fullDisk() async throws {
        try requireRoot()
        try await Scratch.with { scratch in
            mkdir(scratch.file("small"), 0o755)
            let folder = scratch.file("small")
            let mounted = try await scratch.run(shell("mount -t tmpfs -o size=64k tmpfs \(folder)"))
            try #require(mounted.exit.exitCode == 0, "cannot mount: \(mounted.output)")
            let log = RotatingLog(path: folder + "/log", fileBytes: .mebibytes(1), files: 2)
            let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
            for _ in 0..<2000 { log.append(line) }
            #expect(log.flush(within: .seconds(5)))
            #expect(log.droppedBytes >= 200_000 - 65536)
            #expect(size(folder + "/log") <= 65536)
            truncate(folder + "/log", 0)
            log.append(Array("after\n".utf8))
            #expect(log.flush(within: .seconds(5)))
            let text = scratch.text("small/log")
            #expect(text.contains("gantry: \(log.droppedBytes) bytes of output are missing here"))
            #expect(text.hasSuffix("after\n"))
            log.close()
            #expect(await becomesTrue { umount2(folder, 0) == 0 })
        }
    }

    @Test("the log is continued, not begun anew, and rotation keeps whole lines")
    func continued() async throws {
        try await Scratch.with { scratch in
            for text in ["first\nhalf", "second\n"] {
                let log = RotatingLog(path: scratch.file("log"), fileBytes: .mebibytes(1), files: 3)
                log.append(Array(text.utf8))
                #expect(log.flush(within: .seconds(5)))
                log.close()
            }
            #expect(scratch.text("log") == "first\nhalf\nsecond\n")
            let log = RotatingLog(path: scratch.file("log"), fileBytes: ByteCount(bytes: 25), files: 2)
            for number in 1...9 { log.append(Array("line \(number)\n".utf8)) }
            #expect(log.flush(within: .seconds(5)))
            log.close()
            #expect(scratch.text("log.1") == "line 5\nline 6\nline 7\n")
            #expect(scratch.text("log") == "line 8\nline 9\n")
        }
    }

    @Test("endless lines are cut, and nothing else", arguments: [1, 7, 1000, 65536, 200_000])
    func cutting(piece: Int) {
        var cutter = LineCutter()
        let long = [UInt8](repeating: 120, count: LineCutter.longest + 10)
        let text = long + [10] + Array("short\n".utf8) + long[..<LineCutter.longest] + [10]
        var result: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            result += cutter.cut(Array(text[start..<min(text.count, start + piece)]))
        }
        let expected = long[..<LineCutter.longest] + [10] + long[..<10] + [10] + text[(long.count + 1)...]
        #expect(result == Array(expected))
    }

    @Test("the last lines are kept, without blanks and control characters")
    func lastLines() {
        var tail = OutputTail()
        for number in 1...5000 { tail.append(Array("line \(number)\r\n\n".utf8)) }
        tail.append(Array("\u{1B}[31mred\n   \nopen".utf8))
        #expect(tail.lines(4) == ["line 4999", "line 5000", " [31mred", "open"])
        tail.append([UInt8](repeating: 65, count: 3 * OutputTail.size))
        #expect(tail.lines(5).map(\.count) == [OutputTail.size])
    }
}
