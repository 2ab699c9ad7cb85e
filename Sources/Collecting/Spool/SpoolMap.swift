/// Where the records of a spool lie, which are done with and which are lost: all decisions of the spool, without I/O.
///
/// Within a segment ids follow each other without a gap, so a missing id between two segments is a lost event. A loss
/// is found when the reader meets it and added to `lostEvents` when the acknowledgement passes it; both are saved in one
/// step, so that a restart between the two counts nothing twice.
struct SpoolMap: Sendable {
    struct Segment: Sendable, Hashable {
        /// The id of its first record; also its name.
        var first: UInt64
        var bytes: Int
    }

    /// The start of the record with this id, or of the next one to come.
    struct Place: Sendable, Hashable {
        var segment: UInt64
        var offset: Int
        var id: UInt64
    }

    /// Ids stay below, so that adding to one never overflows.
    static let lastID: UInt64 = 1 << 62

    /// Oldest first; never empty. New records go to the last one.
    private(set) var segments: [Segment]
    /// The id after the last record on disk.
    private(set) var end: UInt64
    private(set) var acknowledged: UInt64
    private(set) var droppedEvents: UInt64
    /// Those that the acknowledgement has passed.
    private(set) var lostEvents: UInt64
    /// Those it has not yet passed: sorted, apart from each other.
    private(set) var lost: [Range<UInt64>] = []
    private(set) var reader: Place
    /// Where reading goes on after a restart.
    private(set) var resume: Place
    /// The place after each record that was handed out; `landed` of them are acknowledged.
    private var flight: [Place] = []
    private var landed = 0

    init(segments: [Segment], end: UInt64, ledger: SpoolLedger) {
        self.segments = segments.isEmpty ? [Segment(first: end, bytes: 0)] : segments
        self.end = end
        acknowledged = ledger.acknowledged
        droppedEvents = ledger.droppedEvents
        lostEvents = ledger.lostEvents
        reader = Place(segment: self.segments[0].first, offset: 0, id: self.segments[0].first)
        resume = reader
    }

    var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }
    var active: Segment { segments[segments.count - 1] }
    var inFlight: Int { flight.count - landed }
    /// Lost events, also those that the acknowledgement has not yet passed.
    var allLostEvents: UInt64 { lost.reduce(lostEvents) { $0 + UInt64($1.count) } }
    /// Events on disk that are neither acknowledged nor known to be lost.
    var waitingEvents: UInt64 { lost.reduce(end - min(end, acknowledged)) { $0 - UInt64($1.count) } }
    var readerSegment: Int? { segments.firstIndex { $0.first == reader.segment } }

    // MARK: Writing

    mutating func extend(bytes: Int, end: UInt64) {
        segments[segments.count - 1].bytes += bytes
        self.end = end
    }

    /// Lets the next record begin a new segment.
    mutating func startSegment() {
        if active.bytes == 0 && active.first == end { return }
        segments.append(Segment(first: end, bytes: 0))
    }

    /// Gives up the oldest segment, which is not the last one.
    mutating func dropOldest() {
        let stop = segments[1].first
        noteLost(acknowledged..<max(acknowledged, segments[0].first))
        let lostBefore = lostEvents
        let from = acknowledged
        pass(to: stop)
        droppedEvents += max(stop, from) - from - (lostEvents - lostBefore)
        segments.removeFirst()
        if reader.id < stop || reader.segment < stop {
            reader = Place(segment: stop, offset: 0, id: stop)
        }
        while landed < flight.count, flight[landed].id <= stop { landed += 1 }
        resume = Place(segment: stop, offset: 0, id: stop)
        settle()
    }

    /// Forgets the segments that are acknowledged to their end and returns their names.
    mutating func removeDone() -> [UInt64] {
        var done: [UInt64] = []
        while segments.count > 1, segments[1].first <= acknowledged {
            done.append(segments.removeFirst().first)
        }
        if let last = done.last {
            let start = Place(segment: segments[0].first, offset: 0, id: segments[0].first)
            if reader.segment <= last { reader = start }
            if resume.segment <= last { resume = start }
        }
        return done
    }

    // MARK: Reading

    /// Begins at a place that a ledger remembered and that was found to be right.
    mutating func seek(_ place: Place) {
        reader = place
        resume = place
    }

    /// Goes back to the first record that is not acknowledged.
    mutating func rewind() {
        flight.removeAll()
        landed = 0
        reader = resume
    }

    /// Passes a whole record; one that is handed out flies until it is acknowledged.
    mutating func advance(over header: SpoolHeader, handedOut: Bool) {
        reader.offset += header.recordBytes
        reader.id = header.end
        if handedOut { flight.append(reader) }
    }

    /// Passes a record with a damaged payload.
    mutating func skip(_ header: SpoolHeader) {
        reader.offset += header.recordBytes
        reader.id = header.end
        noteLost(header.id..<header.end)
        settle()
    }

    /// Goes to the next segment, or to the end of the last one; what was not read counts as lost.
    mutating func leaveSegment() {
        let index = readerSegment ?? 0
        if index + 1 < segments.count {
            let next = segments[index + 1].first
            noteLost(reader.id..<max(reader.id, next))
            reader = Place(segment: next, offset: 0, id: next)
        } else {
            noteLost(reader.id..<max(reader.id, end))
            reader = Place(segment: active.first, offset: active.bytes, id: end)
        }
        settle()
    }

    /// Done with all records that end at or before `id` and were handed out; false when none is new.
    mutating func acknowledge(upTo id: UInt64) -> Bool {
        let before = acknowledged
        while landed < flight.count, flight[landed].id <= id {
            resume = flight[landed]
            landed += 1
        }
        if resume.id > acknowledged { pass(to: resume.id) }
        settle()
        if landed > 1024 && landed * 2 > flight.count {
            flight.removeFirst(landed)
            landed = 0
        }
        return acknowledged > before
    }

    // MARK: Loss

    mutating func noteLost(_ range: Range<UInt64>) {
        var range = max(range.lowerBound, acknowledged)..<max(range.upperBound, acknowledged)
        guard !range.isEmpty else { return }
        lost.removeAll { other in
            guard other.lowerBound <= range.upperBound, range.lowerBound <= other.upperBound else {
                return false
            }
            range =
                min(range.lowerBound, other.lowerBound)..<max(range.upperBound, other.upperBound)
            return true
        }
        lost.insert(range, at: lost.firstIndex { $0.lowerBound > range.lowerBound } ?? lost.count)
    }

    /// Moves the acknowledgement and counts the lost events on its way.
    private mutating func pass(to id: UInt64) {
        while let first = lost.first, first.lowerBound < id {
            let stop = min(first.upperBound, id)
            lostEvents += stop - first.lowerBound
            if stop < first.upperBound {
                lost[0] = stop..<first.upperBound
            } else {
                lost.removeFirst()
            }
        }
        acknowledged = max(acknowledged, id)
    }

    /// Nothing is left to wait for in a loss that begins where the acknowledgement stands.
    private mutating func settle() {
        while let first = lost.first, first.lowerBound <= acknowledged { pass(to: first.upperBound) }
        if inFlight == 0, reader.id <= acknowledged {
            flight.removeAll(keepingCapacity: true)
            landed = 0
            resume = reader
        }
    }
}
