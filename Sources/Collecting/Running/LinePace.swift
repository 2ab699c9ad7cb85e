import GantryBase
import Wire

/// When files are looked at again: seldom enough to cost nothing, at once while there is much to read.
struct LinePace {
    /// How long a disk that refuses is left alone.
    static let retry = Period.seconds(1)
    /// Bytes of one look above which there is more to read.
    private static let backlog = 128 << 10
    /// While a flood is dropped: bounds how fast it is read, and so the processor time that it takes from the service.
    private static let floodPause = Period.milliseconds(20)
    /// Looks without anything new after which the pauses grow by half: waking up is all that an idle agent costs.
    private static let looksUntilIdle = 100
    /// Looks without anything new that prove the end; the first may only have found the start of a line.
    private static let looksAtEnd = 3

    var mustSave = false
    var nextSave = ContinuousClock.now
    private var nextPoll = ContinuousClock.now
    private var emptyLooks = 0

    func mayPoll(isFinishing: Bool) -> Bool { isFinishing || ContinuousClock.now >= nextPoll }

    mutating func polled(_ bytes: Int, every period: Period, isFlooded: Bool) {
        emptyLooks = bytes == 0 ? min(emptyLooks + 1, Self.looksUntilIdle) : 0
        let small = emptyLooks < Self.looksUntilIdle ? period : .milliseconds(period.milliseconds * 3 / 2)
        let pause = bytes < Self.backlog ? small : isFlooded ? Self.floodPause : .zero
        nextPoll = .now + pause.duration
    }

    func pause(isFinishing: Bool) -> Period? {
        guard isFinishing else { return .until(nextPoll) }
        return emptyLooks >= Self.looksAtEnd ? nil : .milliseconds(1)
    }
}

/// What a service wrote beyond its rate.
struct Flood: Sendable {
    private(set) var lines = 0
    private(set) var bytes = 0
    private var told = 0
    private var seen = 0
    private var nextNotice = ContinuousClock.now

    mutating func drop(_ count: Int) {
        lines += 1
        bytes += count
    }

    /// Whether it grew since this was asked last.
    mutating func takeIsGrowing() -> Bool {
        defer { seen = lines }
        return lines > seen
    }

    /// What people are told of it, when it is time to tell more.
    mutating func notice(_ limits: CollectorLimits) -> (text: String, attributes: Attributes)? {
        guard lines > told, ContinuousClock.now >= nextNotice else { return nil }
        defer { told = lines }
        nextNotice = .now + limits.floodNotice.duration
        return (
            "dropped \(lines - told) lines: this instance writes more than \(limits.linesPerSecond) lines or "
                + "\(limits.lineBytesPerSecond) bytes of them in a second",
            ["gantry.dropped.lines": .int(Int64(lines)), "gantry.dropped.bytes": .int(Int64(bytes))]
        )
    }
}
