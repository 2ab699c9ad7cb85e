import CGantry

/// Gives memory back to the system after much of it was used: an agent lives beside every instance, and most of them
/// are idle most of the time.
struct FreeMemory {
    /// Bytes of signals after whose handling it is worth a walk over the heap.
    private static let worthwhile = 1 << 20
    /// How long nothing came before it is done.
    private static let quiet = Duration.seconds(2)

    private var used = 0
    private var last = ContinuousClock.now

    /// Notes that signals of so many bytes were handled, none of them being a moment of rest.
    mutating func note(_ bytes: Int) {
        if bytes > 0 {
            used += bytes
            last = .now
        } else if used > Self.worthwhile, ContinuousClock.now - last > Self.quiet {
            release()
        }
    }

    /// For whoever rests until something comes.
    mutating func rest() { if used > Self.worthwhile { release() } }

    private mutating func release() {
        used = 0
        gantry_release_memory()
    }
}
