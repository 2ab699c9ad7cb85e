/// The bounds of one lane's spool. A lane has a folder and a budget of its own, so that logs never take the room of
/// calls.
package struct SpoolLimits: Sendable, Hashable {
    /// What happens to a record for which there is no room.
    package enum WhenFull: String, Sendable, Hashable, CaseIterable {
        /// `append` says so and takes nothing; the owner stops reading its input.
        case block
        /// The oldest segment goes, whole, and its events are counted.
        case dropOldest
    }

    /// Bytes of records, with their headers, on disk and waiting for it.
    package var totalBytes: Int
    /// A segment that reaches this is closed; it is deleted whole once acknowledged or dropped.
    package var segmentBytes: Int
    package var whenFull: WhenFull

    /// At 10 MB/s, a far side that is down for half a minute; a platform sets what it can afford.
    package static let defaultTotalBytes = 256 << 20
    /// Small enough that what `dropOldest` takes at once, and what is read at a start, stays small.
    package static let maximumSegmentBytes = 16 << 20
    /// So many segments fit in a budget at least, so that dropping one never drops most.
    package static let segmentsInBudget = 4
    /// Bytes of one payload: the largest body that the gateway takes is split before it comes here.
    package static let maximumPayloadBytes = 4 << 20
    /// Events of one record; bounds how far an id can jump over damage.
    package static let maximumEvents: UInt32 = 1 << 20
    /// Bytes that may wait for `sync` in memory; then `append` does it.
    package static let pendingBytes = 1 << 20
    /// Records handed out and not yet acknowledged, of which the place is kept in memory (24 bytes each).
    package static let recordsInFlight = 65_536
    /// How often an owner that has no other reason calls `sync`: what a dead machine may lose of what was read from
    /// a source that cannot be read again.
    package static let syncMilliseconds: Int64 = 200

    package init(
        totalBytes: Int = defaultTotalBytes, segmentBytes: Int = maximumSegmentBytes,
        whenFull: WhenFull = .block
    ) {
        self.totalBytes = totalBytes
        self.segmentBytes = max(1, min(segmentBytes, totalBytes / Self.segmentsInBudget))
        self.whenFull = whenFull
    }
}
