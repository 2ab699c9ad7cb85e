import GantryBase
import Glibc
import Synchronization
import Testing

@testable import Collecting

@Suite struct SpoolTests {
    @Test func recordsComeOutInOrderAfterSyncAndGoAfterAcknowledgement() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path + "/lanes/calls")
        #expect(try spool.append(spoolPayload(1), events: 3) == 1)
        #expect(try spool.append([], events: 1) == 4)
        #expect(try spool.next(maxBytes: 1000).isEmpty, "what is not on disk is not given out")
        #expect(spool.statistics.events == 4)
        try spool.sync()
        let records = try spool.next(maxBytes: 1000)
        #expect(records.map(\.payload) == [spoolPayload(1), []])
        #expect(records.map(\.id) == [1, 4])
        #expect(records.map(\.events) == [3, 1])
        #expect(try spool.next(maxBytes: 1000).isEmpty)
        spool.rewind()
        #expect(try spool.next(maxBytes: 1).map(\.id) == [1], "at least one, however small the room")
        #expect(try spool.next(maxBytes: 1).map(\.id) == [4])
        spool.acknowledge(upTo: 4)
        spool.rewind()
        #expect(try spool.next(maxBytes: 1000).map(\.id) == [4])
        spool.acknowledge(upTo: 1 << 40)
        #expect(spool.statistics.events == 0)
        #expect(spool.statistics.oldestAge == nil)
        try spool.close()
    }

    @Test func aRestartGoesOnAtTheFirstRecordThatIsNotAcknowledged() throws {
        let folder = try SpoolFolder()
        let limits = SpoolLimits(totalBytes: 4000, segmentBytes: 200)
        for round in 0..<20 {
            let spool = try Spool(directory: folder.path, limits: limits)
            #expect(spool.opening == SpoolOpening())
            for number in 0..<3 { try spool.append(spoolPayload(round * 3 + number), events: 2) }
            try spool.sync()
            let records = try spool.drain()
            #expect(records.first?.payload == spoolPayload(round * 2))
            #expect(records.last?.payload == spoolPayload(round * 3 + 2))
            #expect(records.count == round + 3)
            spool.acknowledge(upTo: records[1].end)
            #expect(spool.statistics.events == UInt64(round + 1) * 2)
            if round % 2 == 0 { try spool.close() }
        }
    }

    @Test func acknowledgedSegmentsAreDeletedWhole() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(
            directory: folder.path, limits: SpoolLimits(totalBytes: 4000, segmentBytes: 200))
        for number in 0..<30 { try spool.append(spoolPayload(number), events: 1) }
        try spool.sync()
        #expect(folder.segments.count == 10)
        let records = try spool.drain()
        spool.acknowledge(upTo: records[14].end)
        #expect(folder.segments.count == 5)
        spool.acknowledge(upTo: records[29].end)
        #expect(folder.segments.count == 1)
        #expect(spool.statistics.bytes <= 200)
    }

    @Test func twoOwnersNeverShareAFolderAndNobodyElseReadsIt() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path + "/a")
        try spool.append([1], events: 1)
        try spool.sync()
        #expect { try Spool(directory: folder.path + "/a") } throws: {
            ($0 as? GantryError)?.code == .conflict
        }
        #expect(folder.mode("a") == 0o700)
        for name in ["lock", "ledger", "0000000000000001.records1"] {
            #expect(folder.mode("a/" + name) == 0o600)
        }
        try spool.close()
        let next = try Spool(directory: folder.path + "/a")
        #expect(try next.next(maxBytes: 10).map(\.payload) == [[1]])
    }

    @Test func aFullSpoolThatBlocksTakesAgainOnceAcknowledged() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path, limits: SpoolLimits(totalBytes: 1000, whenFull: .block))
        for round in 0..<50 {
            var taken = 0
            do {
                while true {
                    #expect(spool.hasRoom(for: spoolPayload(100).count) || taken > 0)
                    try spool.append(spoolPayload(100), events: 1)
                    taken += 1
                }
            } catch {
                #expect(error.code == .limit)
            }
            #expect(!spool.hasRoom(for: spoolPayload(100).count))
            #expect(taken == 1000 / (32 + spoolPayload(100).count), "round \(round)")
            try spool.sync()
            #expect(spool.statistics.bytes <= 1000)
            let records = try spool.drain()
            #expect(records.count == taken)
            spool.acknowledge(upTo: records.last?.end ?? 0)
        }
        #expect(spool.statistics.droppedEvents == 0)
    }

    @Test func aFullSpoolThatDropsGivesUpTheOldestAndCountsIt() throws {
        let folder = try SpoolFolder()
        let limits = SpoolLimits(totalBytes: 1000, whenFull: .dropOldest)
        var spool = try Spool(directory: folder.path, limits: limits)
        for number in 0..<100 {
            try spool.append(spoolPayload(number), events: 5)
            if number % 7 == 0 { try spool.sync() }
            #expect(spool.statistics.bytes <= 1000)
            #expect(spool.statistics.droppedEvents + spool.statistics.events == UInt64(number + 1) * 5)
        }
        try spool.close()
        spool = try Spool(directory: folder.path, limits: limits)
        let records = try spool.drain()
        #expect(records.last?.payload == spoolPayload(99))
        #expect(spool.statistics.droppedEvents == UInt64(100 - records.count) * 5)
        #expect(records.map(\.payload) == (100 - records.count..<100).map { spoolPayload($0) })
        #expect(spool.statistics.corruptEvents == 0)
    }

    @Test func theAgeIsThatOfTheOldestRecord() throws {
        let folder = try SpoolFolder()
        let clock = Mutex(Int64(1000))
        let time = TimeSource(now: { Timestamp(seconds: clock.withLock { $0 }) }, sleep: { _ in })
        let spool = try Spool(directory: folder.path, time: time)
        try spool.append([1], events: 1)
        clock.withLock { $0 = 1010 }
        #expect(spool.statistics.oldestAge == .seconds(10))
        try spool.sync()
        try spool.append([2], events: 1)
        try spool.sync()
        clock.withLock { $0 = 1030 }
        #expect(spool.statistics.oldestAge == .seconds(30))
        let first = try spool.next(maxBytes: 1)
        #expect(first[0].appended == Timestamp(seconds: 1000))
        spool.acknowledge(upTo: first[0].end)
        #expect(spool.statistics.oldestAge == .seconds(20))
    }

    @Test func recordsThatNoSpoolTakesAreRefused() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path, limits: SpoolLimits(totalBytes: 100))
        for (size, events) in [(69, UInt32(1)), (1, 0), (1, SpoolLimits.maximumEvents + 1)] {
            #expect { try spool.append([UInt8](repeating: 0, count: size), events: events) } throws: {
                ($0 as? GantryError)?.code == .invalid
            }
        }
        try spool.append([UInt8](repeating: 0, count: 68), events: 1)
    }

    @Test func whatIsGivenOutIsBounded() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path)
        for _ in 0..<SpoolLimits.recordsInFlight + 10 { try spool.append([], events: 1) }
        try spool.sync()
        let records = try spool.next(maxBytes: 10)
        #expect(records.count == SpoolLimits.recordsInFlight)
        spool.acknowledge(upTo: records[99].end)
        #expect(try spool.next(maxBytes: 10).count == 10)
    }
}
