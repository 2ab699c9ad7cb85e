import GantryBase
import Model
import Testing

@testable import Collecting

@Suite struct ShipmentIDTests {
    private static func records(_ ids: Range<UInt64>, kind: SignalKind = .logs) -> [SpoolRecord] {
        ids.map { id in
            SpoolRecord(
                id: id, events: 1, appended: Timestamp(nanoseconds: 1000 + Int64(id)),
                payload: [kind.rawValue, 0])
        }
    }

    private static func ids(_ records: [SpoolRecord]) -> [BatchID?] {
        Shipment(records, isCalls: false)?.parcels.map(\.id) ?? []
    }

    @Test func `the same records are the same body, also after a restart`() {
        let first = Self.ids(Self.records(1..<9) + Self.records(9..<12, kind: .traces))
        #expect(first == Self.ids(Self.records(1..<9) + Self.records(9..<12, kind: .traces)))
        #expect(first.count == 2 && Set(first).count == 2)
        #expect(first.allSatisfy { $0.map { BatchID(header: $0.header) == $0 } == true })
    }

    @Test func `records that were joined in another way are other bodies`() {
        var seen: Set<BatchID?> = []
        for start in UInt64(1)..<20 {
            for end in (start + 1)...20 { seen.formUnion(Self.ids(Self.records(start..<end))) }
        }
        #expect(seen.count == 19 * 20 / 2)
        #expect(!seen.contains(nil))
    }

    @Test func `a spool that began again gives other ids`() {
        let later = Self.records(1..<9).map { record in
            var record = record
            record.appended = Timestamp(nanoseconds: record.appended.nanoseconds + 1)
            return record
        }
        #expect(Self.ids(Self.records(1..<9)) != Self.ids(later))
    }

    @Test func `halves of a body that was refused have ids of their own, and calls have none`() throws {
        let whole = try #require(Shipment(Self.records(1..<9), isCalls: false)?.parcels.first)
        let halves = try #require(whole.halves)
        #expect(Set([whole.id, halves.0.id, halves.1.id]).count == 3)
        #expect(Shipment(Self.records(1..<9), isCalls: true)?.parcels.first?.id == nil)
    }
}
