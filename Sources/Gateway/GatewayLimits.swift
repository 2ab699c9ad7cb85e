package import GantryBase

/// Bounds of what a gateway takes in.
package struct GatewayLimits: Sendable {
    /// Bytes of bodies that one service may send in a second, over time; a flood of one service slows that one alone.
    package var serviceBytesPerSecond = 8 << 20
    /// What a service may send at once above that.
    package var serviceBurst = 32 << 20
    /// Bytes of bodies that wait for the store in all. Above it everybody is told to come again.
    package var waitingBytes = 64 << 20
    /// Of these, bytes that one service may have waiting: what floods does not take the room of all.
    package var waitingBytesOfService = 16 << 20
    /// Bytes of bodies in one append: bounds how long what comes meanwhile waits for it.
    package var bytesOfAppend = 4 << 20
    /// Bodies in one append: bounds how long the first of them waits for the last.
    package var bodiesOfAppend = 256
    /// Senders that are remembered: for counting their calls and differencing their counters. The longest silent one
    /// makes room.
    package var senders = 20_000
    /// Bodies of spans without an id that are remembered, so that one that comes again is not handed on twice. SDKs give up
    /// after a minute.
    package var countedBodies = 20_000
    /// Series of cumulative counters that are differenced for one sender.
    package var seriesOfSender = 2000
    /// Windows that a reader of the call feed may lag behind before it loses the oldest, which is counted.
    package var feedWindows = 10_000
    /// What a sender is told to wait when nothing else says how long.
    package var retryAfter = Period.seconds(1)

    package init() {}
}
