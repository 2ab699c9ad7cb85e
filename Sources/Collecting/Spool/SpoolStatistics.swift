package import GantryBase

/// What a spool holds and what it lost, for the agent's own numbers.
package struct SpoolStatistics: Sendable, Hashable {
    /// Bytes on disk and waiting for it.
    package var bytes: Int
    /// Events that are not acknowledged, also those that wait for `sync`.
    package var events: UInt64
    package var segments: Int
    /// The age of the oldest record that is not acknowledged; nil when there is none or it cannot be read.
    package var oldestAge: Period?
    /// Events given up for room, since the spool began.
    package var droppedEvents: UInt64
    /// Events that could not be read back, since the spool began.
    package var corruptEvents: UInt64
    /// The events up to here are acknowledged, dropped or lost.
    package var acknowledged: UInt64
    /// The id of the next record.
    package var end: UInt64
    /// Why nothing can be written now; nil when the last write succeeded.
    package var failure: GantryError?
}

/// What was found when a spool was opened.
package struct SpoolOpening: Sendable, Hashable {
    /// Bytes cut off behind the last whole record: a write that a crash broke off.
    package var tornBytes = 0
    /// Events among what was on disk for certain that are missing at the end.
    package var lostEvents: UInt64 = 0
    /// Damage lies before whole records; reading will pass over it and count.
    package var damaged = false
    /// The ledger was there and could not be read: what was acknowledged may be sent again.
    package var ledgerUnreadable = false
}
