#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension TimeSource {
    /// The machine's clock.
    public static let wall = TimeSource(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        },
        sleep: { try await Task.sleep(for: $0.duration) })
}
