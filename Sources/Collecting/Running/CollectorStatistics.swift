import Synchronization

/// What the collection of one instance did since it began, for the agent's own numbers.
package struct CollectorStatistics: Sendable, Hashable {
    /// Requests of SDKs by how they were answered.
    package var answers: [Int: Int] = [:]
    package var spans = 0
    /// Log records that came by OTLP.
    package var logRecords = 0
    package var metrics = 0
    /// Of files and standard output, and put in the spool.
    package var lines = 0
    package var calls = 0
    /// What stood for something that identifies people.
    package var masked = 0
    /// Lines over the service's own rate, and their bytes.
    package var droppedLines = 0
    package var droppedLineBytes = 0
    /// Records that are larger than any spool takes.
    package var oversizeRecords = 0
    package var callsLane = LaneStatistics()
    package var bulkLane = LaneStatistics()
    package var files = FileTailStatistics()
}

/// What one lane to the gateway did.
package struct LaneStatistics: Sendable, Hashable {
    /// Spans, records, metrics or windows that the gateway has.
    package var delivered = 0
    /// Those that the gateway could not read, or found too large; they are gone.
    package var refused = 0
    package var requests = 0
    package var failures = 0
    /// Given up by the spool for want of room, and not readable any more.
    package var dropped: UInt64 = 0
    package var corrupt: UInt64 = 0
    /// Waiting in the spool, in events and bytes.
    package var waiting: UInt64 = 0
    package var waitingBytes = 0
}

/// The numbers as the threads of a collector add to them.
final class Tally: Sendable {
    private let value = Mutex(CollectorStatistics())

    func add(_ change: (inout CollectorStatistics) -> Void) { value.withLock { change(&$0) } }
    var current: CollectorStatistics { value.withLock { $0 } }
}
