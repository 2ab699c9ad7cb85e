import GantryBase
import Testing

@testable import Collecting

/// Random operations, deaths of the process among them, against a model that knows what must come out.
@Suite struct SpoolSimulationTests {
    /// What a spool must hold, as plain arrays.
    private struct Expectation {
        /// Payload number of each record on disk that is not acknowledged, with its id.
        var durable: [(id: UInt64, events: UInt32, number: Int)] = []
        var waiting: [(id: UInt64, events: UInt32, number: Int)] = []
        var acknowledgedEvents: UInt64 = 0
        var appendedEvents: UInt64 = 0
    }

    @Test(arguments: [SpoolLimits.WhenFull.block, .dropOldest], 1...30)
    func randomOperationsLoseNothingUncounted(policy: SpoolLimits.WhenFull, round: UInt64) throws {
        let seed = round &* 7919 &+ (policy == .block ? 1 : 2)
        var random = SeededGenerator(seed: seed)
        let limits = SpoolLimits(totalBytes: 3000, segmentBytes: 400, whenFull: policy)
        var folder = try SpoolFolder()
        var spool = try Spool(directory: folder.path, limits: limits)
        var model = Expectation()
        var number = 0
        var inFlight: [SpoolRecord] = []
        let note: Comment = "seed \(seed)"
        for _ in 0..<400 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                let events = UInt32.random(in: 1...9, using: &random)
                let size = Int.random(in: 0...150, using: &random)
                let droppedBefore = spool.statistics.droppedEvents
                let endBefore = spool.map.end
                do {
                    let id = try spool.append(spoolPayload(number, size: size), events: events)
                    #expect(id == model.appendedEvents + 1, note)
                    if spool.map.end != endBefore || spool.pendingEnd - UInt64(events) == spool.map.end {
                        model.durable += model.waiting
                        model.waiting = []
                    }
                    model.waiting.append((id, events, number))
                    model.appendedEvents += UInt64(events)
                    number += 1
                } catch {
                    #expect(error.code == .limit && policy == .block, note)
                    if spool.map.end == spool.pendingEnd {
                        model.durable += model.waiting
                        model.waiting = []
                    }
                }
                // What was dropped is the oldest, whole, and counted.
                var dropped = spool.statistics.droppedEvents - droppedBefore
                while dropped > 0, let first = model.durable.first {
                    dropped -= UInt64(first.events)
                    model.durable.removeFirst()
                    inFlight.removeAll { $0.id == first.id }
                }
                #expect(dropped == 0, note)
            case 45..<65:
                try spool.sync()
                model.durable += model.waiting
                model.waiting = []
            case 65..<80:
                let records = try spool.next(maxBytes: Int.random(in: 1...600, using: &random))
                let expected = model.durable.drop { $0.id < (inFlight.last?.end ?? 0) }
                for (record, wanted) in zip(records, expected) {
                    #expect(record.id == wanted.id && record.events == wanted.events, note)
                    #expect(record.payload.starts(with: Array("record \(wanted.number) ".utf8)), note)
                }
                #expect(!records.isEmpty || expected.isEmpty, note)
                inFlight += records
            case 80..<92:
                guard !inFlight.isEmpty else { continue }
                let last = inFlight[Int.random(in: 0..<inFlight.count, using: &random)]
                spool.acknowledge(upTo: last.end)
                inFlight.removeAll { $0.end <= last.end }
                model.durable.removeAll { wanted in
                    guard wanted.id < last.end else { return false }
                    model.acknowledgedEvents += UInt64(wanted.events)
                    return true
                }
            case 92..<95:
                spool.rewind()
                inFlight = []
            case 95..<97:
                try spool.close()
                spool = try Spool(directory: folder.path, limits: limits)
                model.durable += model.waiting
                (model.waiting, inFlight) = ([], [])
            default:
                // The process dies: what was not synced is gone, and nothing else.
                folder = try folder.copy()
                spool = try Spool(directory: folder.path, limits: limits)
                model.appendedEvents -= model.waiting.reduce(0) { $0 + UInt64($1.events) }
                (model.waiting, inFlight) = ([], [])
                #expect(spool.opening == SpoolOpening(), note)
            }
            let numbers = spool.statistics
            #expect(numbers.bytes <= limits.totalBytes, note)
            #expect(numbers.corruptEvents == 0, note)
            #expect(
                model.acknowledgedEvents + numbers.droppedEvents + numbers.events == model.appendedEvents,
                note)
        }
        try spool.sync()
        spool.rewind()
        #expect(try spool.drain().map(\.id) == (model.durable + model.waiting).map(\.id), note)
    }
}
