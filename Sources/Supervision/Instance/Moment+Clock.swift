import GantryBase
import Glibc

extension Moment {
    /// The machine's clocks.
    package static func now() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(
            uptime: .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec)),
            wall: TimeSource.wall.now())
    }
}
