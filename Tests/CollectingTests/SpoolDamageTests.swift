import GantryBase
import Glibc
import Testing

@testable import Collecting

/// Damage never crashes, never gives out a wrong payload, and is counted.
@Suite struct SpoolDamageTests {
    private static let limits = SpoolLimits(totalBytes: 4000, segmentBytes: 250)

    /// Checks that each record written is given out whole or counted as lost.
    private func expectAllAccounted(
        _ spool: Spool, written: Int, events: UInt64, acknowledged: Int = 0, _ comment: Comment
    ) throws {
        let records = try spool.drain()
        for record in records {
            let number = Int((record.id - 1) / events)
            #expect(record.payload == spoolPayload(number), comment)
            #expect(record.events == UInt32(events), comment)
        }
        let lost = spool.statistics.corruptEvents
        let given = UInt64(records.count) * events
        #expect(given + lost == UInt64(written - acknowledged) * events, comment)
        spool.acknowledge(upTo: records.last?.end ?? 0)
        #expect(spool.statistics.events == 0, comment)
        #expect(spool.statistics.corruptEvents == lost, comment)
    }

    @Test func aTornEndIsCutOffAtEveryByteAfterEveryOperation() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path, limits: Self.limits)
        for number in 0..<9 {
            try spool.append(spoolPayload(number), events: 2)
            try spool.sync()
            let size = SpoolHeader.size + spoolPayload(number).count
            let name = try #require(folder.segments.last)
            let whole = try folder.read(name)
            for cut in 0...size {
                let copy = try folder.copy()
                try copy.write(name, Array(whole.dropLast(cut)))
                let again = try Spool(directory: copy.path, limits: Self.limits)
                #expect(again.opening.tornBytes == (cut == 0 || cut == size ? 0 : size - cut))
                #expect(again.opening.lostEvents == (cut == 0 ? 0 : 2))
                try again.append(spoolPayload(number + 1), events: 2)
                try again.sync()
                try expectAllAccounted(again, written: number + 2, events: 2, "record \(number), cut \(cut)")
                try again.close()
                let third = try Spool(directory: copy.path, limits: Self.limits)
                #expect(third.opening == SpoolOpening())
                #expect(try third.drain().isEmpty)
                #expect(third.statistics.corruptEvents == (cut == 0 ? 0 : 2))
            }
        }
    }

    @Test func whatWasNeverFlushedIsNoLoss() throws {
        let folder = try SpoolFolder()
        do {
            let spool = try Spool(directory: folder.path)
            try spool.append(spoolPayload(0), events: 1)
            try spool.sync()
        }
        var bytes = try folder.read(folder.segments[0])
        SpoolHeader(id: 2, events: 1, nanoseconds: 0, payload: [1, 2, 3]).append(to: &bytes)
        try folder.write(folder.segments[0], bytes + [1, 2])
        let spool = try Spool(directory: folder.path)
        #expect(spool.opening == SpoolOpening(tornBytes: 34))
        #expect(try spool.append(spoolPayload(1), events: 1) == 2)
        try spool.sync()
        try expectAllAccounted(spool, written: 2, events: 1, "")
    }

    @Test func damageAtEveryByteIsPassedOverAndCounted() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path, limits: Self.limits)
        for number in 0..<10 { try spool.append(spoolPayload(number), events: 3) }
        try spool.sync()
        spool.acknowledge(upTo: try spool.next(maxBytes: 1)[0].end)
        #expect(folder.segments.count > 2)
        for name in folder.segments {
            let whole = try folder.read(name)
            for index in whole.indices {
                var bytes = whole
                bytes[index] ^= index % 2 == 0 ? 0xFF : 0x01
                let copy = try folder.copy()
                try copy.write(name, bytes)
                let again = try Spool(directory: copy.path, limits: Self.limits)
                try expectAllAccounted(
                    again, written: 10, events: 3, acknowledged: 1, "\(name) at \(index)")
                try again.append(spoolPayload(10), events: 3)
                try again.sync()
                #expect(try again.drain().map(\.payload) == [spoolPayload(10)])
            }
        }
    }

    @Test func damageCostsNoMoreThanItsRecordOrSegment() throws {
        let folder = try SpoolFolder()
        do {
            let spool = try Spool(directory: folder.path, limits: Self.limits)
            for number in 0..<12 { try spool.append(spoolPayload(number), events: 1) }
            try spool.sync()
        }
        #expect(folder.segments.count == 3)
        let size = SpoolHeader.size + spoolPayload(0).count
        for (offset, left) in [(size + 40, [0, 2, 3]), (size + 3, [0, 4, 5])] {
            let copy = try folder.copy()
            var bytes = try copy.read(copy.segments[0])
            bytes[offset] ^= 4
            try copy.write(copy.segments[0], bytes)
            let spool = try Spool(directory: copy.path, limits: Self.limits)
            #expect(try spool.drain().prefix(3).map(\.payload) == left.map { spoolPayload($0) })
        }
    }

    @Test func aDamagedLedgerRepeatsAndLosesNothing() throws {
        let folder = try SpoolFolder()
        do {
            let spool = try Spool(directory: folder.path, limits: Self.limits)
            for number in 0..<10 { try spool.append(spoolPayload(number), events: 1) }
            try spool.sync()
            spool.acknowledge(upTo: try spool.drain()[1].end)
        }
        let whole = try folder.read(Spool.ledgerName)
        for index in whole.indices where index < SpoolLedger.size || index >= SpoolLedger.slotDistance {
            let copy = try folder.copy()
            var bytes = whole
            bytes[index] ^= 0x55
            try copy.write(Spool.ledgerName, bytes)
            let spool = try Spool(directory: copy.path, limits: Self.limits)
            let records = try spool.drain()
            #expect(records.last?.payload == spoolPayload(9))
            #expect(records.first?.payload == spoolPayload(2) || records.count >= 8)
            #expect(spool.statistics.corruptEvents == 0)
        }
        for bytes in [[], [UInt8](repeating: 0, count: 5000), Array(whole.prefix(30))] {
            let copy = try folder.copy()
            try copy.write(Spool.ledgerName, bytes)
            let spool = try Spool(directory: copy.path, limits: Self.limits)
            #expect(spool.opening.ledgerUnreadable == !bytes.isEmpty)
            #expect(try spool.drain().count == 10)
        }
    }

    @Test func aSegmentThatVanishedIsCounted() throws {
        let folder = try SpoolFolder()
        do {
            let spool = try Spool(directory: folder.path, limits: Self.limits)
            for number in 0..<12 { try spool.append(spoolPayload(number), events: 2) }
            try spool.sync()
        }
        let names = folder.segments
        for (index, name) in names.enumerated() {
            let copy = try folder.copy()
            try #require(unlink(copy.path + "/" + name) == 0)
            let spool = try Spool(directory: copy.path, limits: Self.limits)
            try expectAllAccounted(spool, written: 12, events: 2, "segment \(index)")
        }
    }

    @Test func aSegmentThatVanishesUnderTheReaderIsCounted() throws {
        let folder = try SpoolFolder()
        let spool = try Spool(directory: folder.path, limits: Self.limits)
        for number in 0..<12 { try spool.append(spoolPayload(number), events: 2) }
        try spool.sync()
        _ = try spool.next(maxBytes: 1)
        spool.rewind()
        try #require(unlink(folder.path + "/" + folder.segments[2]) == 0)
        try expectAllAccounted(spool, written: 12, events: 2, "")
    }
}
