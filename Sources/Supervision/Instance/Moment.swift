package import GantryBase

/// A point in time as decisions need it: one that only goes forward for deadlines, one that people read.
package struct Moment: Sendable, Hashable {
    /// Time since boot, never set back.
    package var uptime: Duration
    package var wall: Timestamp

    package init(uptime: Duration, wall: Timestamp) {
        self.uptime = uptime
        self.wall = wall
    }
}
