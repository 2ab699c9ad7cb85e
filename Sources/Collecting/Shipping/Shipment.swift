import Wire

/// Records that were taken from a spool and are under way: what is delivered is remembered until all are, so that a
/// failure in the middle repeats as little as possible.
struct Shipment {
    /// Records of one kind, sent as one request.
    struct Parcel {
        var kind: SignalKind
        var records: ArraySlice<SpoolRecord>

        var events: Int { records.reduce(0) { $0 + Int($1.events) } }

        /// The body of the request, not packed.
        var body: [UInt8] {
            var body: [UInt8] = []
            body.reserveCapacity(records.reduce(2) { $0 + $1.payload.count })
            switch kind {
            case .calls:
                body.append(UInt8(ascii: "["))
                for (at, record) in records.enumerated() {
                    if at > 0 { body.append(UInt8(ascii: ",")) }
                    body += record.payload
                }
                body.append(UInt8(ascii: "]"))
            case .traces, .logs, .metrics: for record in records { body += record.payload.dropFirst() }
            }
            return body
        }

        /// Two halves, to find the record that is not taken; nil when it is one record.
        var halves: (Parcel, Parcel)? {
            guard records.count > 1 else { return nil }
            let middle = records.startIndex + records.count / 2
            return (
                Parcel(kind: kind, records: records[..<middle]),
                Parcel(kind: kind, records: records[middle...])
            )
        }
    }

    private(set) var parcels: [Parcel] = []
    /// What to acknowledge when no parcel is left.
    let end: UInt64
    /// Records of no kind that is known: of a later version of the agent.
    private(set) var unknown = 0

    /// - Parameter isCalls: whether the spool holds call windows, which have no byte for their kind.
    init?(_ records: [SpoolRecord], isCalls: Bool) {
        guard let last = records.last else { return nil }
        end = last.id + UInt64(last.events)
        if isCalls {
            parcels = [Parcel(kind: .calls, records: records[...])]
            return
        }
        for kind in [SignalKind.traces, .logs, .metrics] {
            let own = records.filter { $0.payload.first == kind.rawValue }
            if !own.isEmpty { parcels.append(Parcel(kind: kind, records: own[...])) }
        }
        unknown = records.count - parcels.reduce(0) { $0 + $1.records.count }
    }

    var isDone: Bool { parcels.isEmpty }

    /// The first parcel is done with.
    mutating func settle() { parcels.removeFirst() }

    /// Puts two halves in the place of the first parcel; false when it is a single record.
    mutating func halve() -> Bool {
        guard let (first, second) = parcels[0].halves else { return false }
        parcels.replaceSubrange(0...0, with: [first, second])
        return true
    }
}
