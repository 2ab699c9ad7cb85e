import GantryBase
import Glibc
import Testing

@testable import Collecting

/// A small disk of its own; making one needs root.
final class SpoolDisk {
    let path: String

    init(bytes: Int) throws {
        var template = Array("/tmp/gantry-spool-disk-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        let mounted = mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)")
        try #require(mounted == 0, "cannot mount a small disk; run the tests as root: errno \(errno)")
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    func allowWriting(_ allowed: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (allowed ? 0 : UInt(MS_RDONLY))
        try #require(mount("tmpfs", path, "tmpfs", flags, nil) == 0, "errno \(errno)")
    }
}

@Suite struct SpoolFullDiskTests {
    private static let limits = SpoolLimits(totalBytes: 64 << 20, segmentBytes: 64 << 10)
    private static let payload = [UInt8](repeating: 7, count: 3000)

    /// Appends and syncs until the disk refuses.
    private func fill(_ spool: Spool) throws -> GantryError {
        for _ in 0..<10_000 {
            do {
                try spool.append(Self.payload, events: 1)
                try spool.sync()
            } catch {
                return error
            }
        }
        throw GantryError(.internal, "the disk is never full")
    }

    @Test func aFullDiskStopsWritingAloneAndTakesAgainWhenThereIsRoom() throws {
        let disk = try SpoolDisk(bytes: 1 << 20)
        let spool = try Spool(directory: disk.path + "/lane", limits: Self.limits)
        for round in 0..<5 {
            let error = try fill(spool)
            #expect(error.code == .unavailable)
            #expect(error.hint?.contains("free space") == true)
            #expect(spool.statistics.failure == error)
            #expect(throws: GantryError.self) { try spool.append(Self.payload, events: 1) }
            let records = try spool.drain()
            #expect(records.count > 200, "round \(round)")
            #expect(records.allSatisfy { $0.payload == Self.payload })
            spool.acknowledge(upTo: records[records.count / 2].end)
            #expect(spool.statistics.segments < 15)
            try spool.sync()
            #expect(spool.statistics.failure == nil)
            try spool.append(Self.payload, events: 1)
            try spool.sync()
            spool.rewind()
            let left = try spool.drain()
            #expect(left.count == Int(spool.statistics.events))
            #expect(left.first?.id == records[records.count / 2].end)
            spool.acknowledge(upTo: left.last?.end ?? 0)
            #expect(spool.statistics.events == 0)
        }
        #expect(spool.statistics.corruptEvents == 0)
    }

    @Test func aDiskFilledByOthersHindersNeitherReadingNorDeletingNorARestart() throws {
        let disk = try SpoolDisk(bytes: 1 << 20)
        let spool = try Spool(directory: disk.path + "/lane", limits: Self.limits)
        for _ in 0..<100 { try spool.append(Self.payload, events: 1) }
        try spool.sync()
        let other = open(disk.path + "/other", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let block = [UInt8](repeating: 1, count: 4096)
        while write(other, block, block.count) == block.count {}
        close(other)
        spool.acknowledge(upTo: try spool.next(maxBytes: 20 * 3000).last?.end ?? 0)
        try spool.close()
        let again = try Spool(directory: disk.path + "/lane", limits: Self.limits)
        let records = try again.drain()
        #expect(records.count == 80)
        again.acknowledge(upTo: 101)
        #expect(again.statistics.events == 0)
        unlink(disk.path + "/other")
        try again.append(Self.payload, events: 1)
        try again.sync()
        #expect(try again.drain().map(\.id) == [101])
    }

    @Test func aReadOnlyDiskIsReadAndWrittenAgainLater() throws {
        let disk = try SpoolDisk(bytes: 4 << 20)
        do {
            let spool = try Spool(directory: disk.path + "/lane", limits: Self.limits)
            for _ in 0..<100 { try spool.append(Self.payload, events: 1) }
            try spool.close()
        }
        try disk.allowWriting(false)
        let spool = try Spool(directory: disk.path + "/lane", limits: Self.limits)
        let records = try spool.drain()
        #expect(records.count == 100)
        spool.acknowledge(upTo: records[49].end)
        #expect(spool.statistics.events == 50)
        try spool.append(Self.payload, events: 1)
        #expect { try spool.sync() } throws: { ($0 as? GantryError)?.code == .unavailable }
        #expect { try spool.append(Self.payload, events: 1) } throws: {
            ($0 as? GantryError)?.hint?.contains("for writing") == true
        }
        try disk.allowWriting(true)
        #expect(try spool.append(Self.payload, events: 1) == 102)
        try spool.close()
        let again = try Spool(directory: disk.path + "/lane", limits: Self.limits)
        #expect(again.opening == SpoolOpening())
        #expect(try again.drain().map(\.id) == Array(51...102))
    }
}
