import GantryBase
import Glibc
import Testing

@testable import Collecting

@Suite struct FileTailTests {
    @Test func newLinesComeOnceAndInOrder() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "one\ntwo\n\nthree\r\n")
        try logs.append("a.txt", "no\n")
        try logs.append(".hidden.log", "no\n")
        #expect(logs.lines() == ["one", "two", "", "three\r"])
        try logs.append("a.log", "four\n")
        try logs.append("b.log", "five\n")
        #expect(logs.lines().sorted() == ["five", "four"])
        #expect(logs.lines().isEmpty)
        #expect(logs.tail.statistics.openFiles == 2)
        #expect(logs.tail.statistics.lines == 6)
    }

    @Test func aRestartGoesOnWhereItWasAcknowledgedAndSaved() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "one\ntwo\n")
        #expect(logs.lines() == ["one", "two"])
        try logs.restart(saving: false)
        #expect(logs.lines() == ["one", "two"])
        try logs.restart()
        try logs.append("a.log", "three\n")
        #expect(logs.lines() == ["three"])
        try logs.tail.savePositions()
        try logs.restart(saving: false)
        #expect(logs.lines() == ["three"], "saved, but not acknowledged")
        #expect(logs.folder.mode("state/positions") == 0o600)
        let table = String(decoding: try logs.folder.read("state/positions"), as: UTF8.self)
        #expect(!table.contains("three"), "no text of a log stands in the table")
    }

    @Test func filesThatAreThereAtTheFirstStartMayBeLeftOut() throws {
        var options = FileTailOptions()
        options.start = .end
        let logs = try FileTailFixture(options: options)
        try logs.append("a.log", "old\nhalf")
        #expect(logs.lines().isEmpty)
        try logs.append("a.log", " old\nnew\n")
        try logs.append("b.log", "later\n")
        #expect(logs.lines().sorted() == ["later", "new"])
        try logs.restart()
        try logs.append("c.log", "whole\n")
        #expect(logs.lines() == ["whole"])
    }

    @Test func aFileOfAnotherUserIsNotReadAndSaidOnce() throws {
        var options = FileTailOptions()
        options.owner = getuid() + 1
        let fixture = try FileTailFixture(options: options)
        try fixture.append("a.log", "secret\n")
        #expect(fixture.lines().isEmpty)
        let notices = fixture.tail.takeNotices()
        #expect(notices.count == 1 && notices[0].message.contains("a.log is not read: it belongs to another"))
        options.owner = getuid()
        let own = try FileTailFixture(options: options)
        try own.append("a.log", "mine\n")
        #expect(own.lines() == ["mine"])
    }

    @Test func aRenamedFileIsReadToItsEndAndLetGo() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "1\n")
        #expect(logs.lines() == ["1"])
        try logs.append("a.log", "2\n")
        try logs.rename("a.log", "a.log.1")
        try logs.append("a.log.1", "3\nrest")
        try logs.append("a.log", "4\n")
        #expect(logs.lines().sorted() == ["2", "3", "4"])
        #expect(logs.tail.statistics.heldFiles == 1)
        try logs.append("a.log.1", " of it\nend")
        #expect(logs.lines() == ["rest of it"])
        #expect(logs.lines(polls: 120) == ["end"])
        #expect(logs.tail.statistics.heldFiles == 0)
        #expect(logs.tail.statistics.openFiles == 1)
        #expect(logs.tail.statistics.abandonedBytes == 0)
        #expect(logs.tail.files.count == 2, "its place is kept until it is acknowledged")
        logs.acknowledge()
        #expect(logs.tail.files.count == 1)
    }

    @Test func aFileRenamedWhileNobodyLookedIsFoundAgain() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "1\n")
        #expect(logs.lines() == ["1"])
        try logs.restart()
        try logs.append("a.log", "2\n")
        try logs.rename("a.log", "a.log.1")
        try logs.append("a.log", "3\n")
        #expect(logs.lines().sorted() == ["2", "3"])
        #expect(logs.tail.takeNotices().isEmpty)
        try logs.restart()
        try logs.delete("a.log.1")
        #expect(logs.lines().isEmpty)
        #expect(logs.tail.statistics.missingFiles == 1)
        #expect(logs.tail.takeNotices().map(\.code) == [.notFound])
    }

    @Test(arguments: ["short\n", "as long as 1\n", "longer than what was there before\nand more\n"])
    func aFileThatIsCutOffIsReadAnew(text: String) throws {
        for restarts in [false, true] {
            let logs = try FileTailFixture()
            try logs.append("a.log", "as long as 0\n")
            #expect(logs.lines() == ["as long as 0"])
            if restarts { try logs.restart() }
            try logs.truncate("a.log")
            try logs.append("a.log", text)
            #expect(logs.lines() == text.split(separator: "\n").map(String.init))
            let truncations = logs.tail.statistics.truncations
            #expect(restarts ? truncations <= 1 : truncations == 1)
            try logs.append("a.log", "next\n")
            #expect(logs.lines() == ["next"])
            try logs.restart()
            try logs.append("a.log", "last\n")
            #expect(logs.lines() == ["last"])
        }
    }

    @Test func anAcknowledgementFromBeforeACutCountsForNothing() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "a long line of the old file\n")
        #expect(logs.lines().count == 1)
        try logs.truncate("a.log")
        #expect(logs.lines().isEmpty)
        try logs.append("a.log", "this one is new\n")
        try logs.restart()
        #expect(logs.lines() == ["this one is new"])
    }

    @Test func aReusedInodeIsANewFile() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "the first file\n")
        #expect(logs.lines() == ["the first file"])
        // The table says what it would after the file system gave the same number to another file.
        logs.acknowledge()
        try logs.tail.savePositions()
        let inode = logs.tail.files[0].inode
        try logs.truncate("a.log")
        try logs.append("a.log", "another file, and longer\n")
        try logs.restart(saving: false)
        #expect(logs.lines() == ["another file, and longer"])
        #expect(logs.tail.files[0].inode == inode)
        #expect(logs.tail.statistics.truncations == 0)
    }

    @Test func aDeletedFileIsReadToItsEnd() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "1\n")
        #expect(logs.lines() == ["1"])
        try logs.append("a.log", "2\n3")
        try logs.delete("a.log")
        #expect(logs.lines(polls: 120) == ["2", "3"])
        logs.acknowledge()
        #expect(logs.tail.files.isEmpty)
    }

    @Test func rotatedFilesBeyondTheBoundAreGivenUpAndCounted() throws {
        var options = FileTailOptions()
        options.heldFiles = 2
        options.turnBytes = 100
        options.pollBytes = 100
        let logs = try FileTailFixture(options: options)
        let line = String(repeating: "x", count: 49) + "\n"
        for number in 0..<4 {
            try logs.append("a.log", String(repeating: line, count: 1000))
            for _ in 0..<5 { _ = logs.pollOnce() }
            try logs.rename("a.log", "a.\(number)")
        }
        for _ in 0..<5 { _ = logs.pollOnce() }
        let numbers = logs.tail.statistics
        #expect(numbers.heldFiles == 2)
        #expect(numbers.abandonedFiles == 2)
        #expect(numbers.abandonedBytes > 80_000)
        #expect(numbers.lines * 50 + numbers.unreadBytes + numbers.abandonedBytes == 4 * 50_000)
        #expect(logs.tail.takeNotices().map(\.code) == [.limit, .limit])
    }

    @Test func aSymbolicLinkIsFollowedToItsFileAndToTheNext() throws {
        let logs = try FileTailFixture()
        try logs.append("one.txt", "1\n")
        try #require(symlink("one.txt", logs.path("current.log")) == 0)
        try #require(symlink("one.txt", logs.path("again.log")) == 0)
        #expect(logs.lines() == ["1"], "one file by two names is read once")
        try logs.append("one.txt", "2\n")
        try logs.append("two.txt", "3\n")
        try logs.delete("again.log")
        try logs.delete("current.log")
        try #require(symlink("two.txt", logs.path("current.log")) == 0)
        #expect(logs.lines().sorted() == ["2", "3"])
        try #require(symlink("nowhere", logs.path("dangling.log")) == 0)
        try #require(symlink("loop.log", logs.path("loop.log")) == 0)
        #expect(logs.lines().isEmpty)
        #expect(logs.tail.takeNotices().count == 1, "the loop")
    }

    @Test func whatCannotBeOpenedIsSaidOnceAndTriedAgain() throws {
        var options = FileTailOptions()
        options.openFiles = 2
        let logs = try FileTailFixture(options: options)
        try #require(symlink("a.log", logs.path("a.log")) == 0)
        try logs.append("b.log", "1\n")
        try logs.append("c.log", "2\n")
        try logs.append("d.log", "3\n")
        #expect(logs.lines(polls: 30) == ["1", "2"])
        #expect(logs.tail.statistics.unreadableFiles == 2)
        #expect(logs.tail.takeNotices().count == 2)
        try logs.delete("a.log")
        try logs.delete("b.log")
        #expect(logs.lines(polls: 80).isEmpty)
        logs.acknowledge()
        #expect(logs.lines() == ["3"])
        #expect(logs.tail.statistics.unreadableFiles == 0)
        #expect(logs.tail.takeNotices().isEmpty)
    }

    @Test func aFileCutOffAndRenamedWhileNobodyLookedIsReadAnew() throws {
        let logs = try FileTailFixture()
        let head = String(repeating: "the same beginning ", count: 20)
        try logs.append("a.log", head + "\nold\n")
        #expect(logs.lines() == [head, "old"])
        try logs.restart()
        try logs.truncate("a.log")
        try logs.append("a.log", head + "\nnew\n")
        try logs.rename("a.log", "a.log.1")
        #expect(logs.lines() == [head, "new"])
    }

    @Test func theStartOfALineWaitsForItsEnd() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "one\nhal")
        #expect(logs.lines() == ["one"])
        try logs.append("a.log", "f a li")
        #expect(logs.lines().isEmpty)
        try logs.append("a.log", "ne\n")
        #expect(logs.lines() == ["half a line"])
        try logs.append("a.log", "no end")
        #expect(logs.lines(polls: 40).isEmpty)
        #expect(logs.lines(polls: 40) == ["no end"])
        try logs.restart()
        try logs.append("a.log", " to it\n")
        #expect(logs.lines() == [" to it"])
    }

    @Test func aLongLineIsCutAndItsRestIsCounted() throws {
        var options = FileTailOptions()
        options.lineBytes = 100
        options.turnBytes = 40
        let logs = try FileTailFixture(options: options)
        try logs.append("a.log", "one\n" + String(repeating: "x", count: 1000) + "\ntwo\n")
        let long = String(repeating: "x", count: 100)
        #expect(logs.lines(polls: 60) == ["one", long, "two"])
        #expect(logs.tail.statistics.cutLines == 1)
        #expect(logs.tail.statistics.cutBytes == 900)
        try logs.append("a.log", String(repeating: "y", count: 300))
        #expect(logs.lines(polls: 30) == [String(repeating: "y", count: 100)])
        try logs.restart()
        try logs.append("a.log", "rest\nthree\n")
        #expect(logs.lines() == ["three"])
        try logs.append("a.log", String(repeating: "z", count: 100) + "\n")
        #expect(logs.lines() == [String(repeating: "z", count: 100)])
    }

    @Test func aNoisyFileLeavesTimeForTheOthers() throws {
        var options = FileTailOptions()
        options.turnBytes = 1000
        options.pollBytes = 2000
        let logs = try FileTailFixture(options: options)
        for name in ["a", "b", "c", "d"] {
            try logs.append(name + ".log", String(repeating: "noise of \(name)\n", count: 5000))
        }
        try logs.append("e.log", "quiet\n")
        var lines: [String] = []
        for _ in 0..<5 { lines += logs.lines(polls: 1) }
        #expect(lines.contains("quiet"))
        for name in ["a", "b", "c", "d"] { #expect(lines.contains("noise of \(name)")) }
        #expect(lines.count < 1000)
    }

    @Test func aFolderThatComesLaterAndPatternsThatCannotBe() throws {
        let logs = try FileTailFixture(pattern: "later/*.log")
        #expect(logs.lines().isEmpty)
        try #require(mkdir(logs.path("later"), 0o755) == 0)
        try logs.append("later/a.log", "1\n")
        #expect(logs.lines() == ["1"])
        try logs.append("file", "")
        try logs.restart(pattern: "file/*.log")
        #expect(logs.lines(polls: 30).isEmpty)
        #expect(logs.tail.takeNotices().map(\.code) == [.unavailable], "said once")
        for pattern in ["relative/*.log", "/data/*/a.log", "/data/"] {
            #expect { try FilePattern(pattern) } throws: { ($0 as? GantryError)?.code == .invalid }
        }
        let pattern = try FilePattern("/d/a*b?.log")
        #expect(["ab1.log", "axxbb2.log", "ab.b3.log"].allSatisfy(pattern.matches))
        #expect(!["ab.log", "b1.log", "ab1.logx", ""].contains(where: pattern.matches))
    }

    @Test func aTableThatCannotBeReadRepeatsAndSaysSo() throws {
        let logs = try FileTailFixture()
        try logs.append("a.log", "1\n")
        #expect(logs.lines() == ["1"])
        try logs.restart()
        try logs.folder.write("state/positions", Array("{\"version\": 1, \"fi".utf8))
        try logs.restart(saving: false)
        #expect(logs.lines() == ["1"])
        #expect(logs.tail.takeNotices().map(\.code) == [.invalid])
    }
}
