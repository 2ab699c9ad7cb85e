/// What works for an instance in its agent's process, beside the program: the collecting of its signals.
///
/// It begins before the program does and ends after it. Whatever happens to it, the program goes on.
package protocol InstanceCompanion: Sendable {
    /// Ends it within a bounded time; blocks.
    func stop()
}
