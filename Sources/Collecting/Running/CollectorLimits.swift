import GantryBase

/// The bounds of the collection of one instance. Defaults suit a service that sends a few thousand spans and lines a
/// second, on a machine with many such agents.
struct CollectorLimits: Sendable {
    // MARK: Receiver

    /// Connections of the service's SDKs at once; each process of a service has one or two.
    var connections = 128
    /// How long a connection may stay silent between requests; SDKs send every 5 s or so, metrics every minute.
    var idle = Period.minutes(5)
    /// How long a request's body may take from its head on: what comes slower is no SDK.
    var bodyTime = Period.seconds(30)
    /// Bytes of bodies in memory, of all connections and of those that wait for their turn.
    var bodyBytes = 48 << 20
    /// Bytes of a request's head. SDKs need a few hundred; some send tokens.
    static let headBytes = 32 << 10
    /// Bytes of a body that is refused which are read and dropped, so that its sender gets to read the answer.
    static let discardedBytes = 64 << 20
    /// Unpacked bytes of the service's own OTLP in a second, over ten seconds.
    var bodyBytesPerSecond = 16 << 20

    // MARK: Lines

    /// Lines and their bytes in a second, over ten seconds; what a service writes beyond is dropped and counted.
    var linesPerSecond = 20_000
    var lineBytesPerSecond = 8 << 20
    /// How often files are looked at: a line waits at most this long and one flush of the disk, half as long again where
    /// nothing was written for a while.
    var poll = Period.milliseconds(100)
    /// How often the places in files are written while lines come: what a killed agent repeats.
    var savePositions = Period.milliseconds(250)
    /// How often a flood is told again while it lasts.
    var floodNotice = Period.seconds(10)

    // MARK: Spools

    /// Calls are small and never dropped: when this is full, the receiver says so to the SDKs.
    var calls = SpoolLimits(totalBytes: 64 << 20, segmentBytes: 4 << 20, whenFull: .block)
    /// Spans, lines and metrics: the oldest go first.
    var bulk = SpoolLimits(totalBytes: 256 << 20, whenFull: .dropOldest)
    /// Bytes of one record of the bulk spool, unless a single span or line is larger.
    static let pieceBytes = 1 << 20
    /// Bytes of a single span, line or metric; a larger one is refused. Below what a spool and the gateway take.
    static let largestRecord = SpoolLimits.maximumPayloadBytes - (64 << 10)

    // MARK: Shipping

    /// Unpacked bytes of one request to the gateway.
    static let parcelBytes = 1 << 20
    /// How long the first bulk record waits for company. Calls wait for nothing.
    var gathering = Period.milliseconds(200)
    var connectTime = Period.seconds(5)
    /// From the first byte of a request to the last of its answer.
    var answerTime = Period.seconds(30)
    /// The first pause after a failure; it doubles with each.
    var firstPause = Period.milliseconds(100)
    var longestPause = Period.seconds(15)
    /// What of a gateway's `Retry-After` is obeyed.
    var longestRetryAfter = Period.seconds(60)
    /// How long after a refused token: a new one comes only with a new agent.
    var refusedTokenPause = Period.seconds(30)
    /// Bytes of an answer that are read; a longer one is no gateway's.
    static let answerBytes = 64 << 10

    // MARK: Own notices

    /// Notices in a minute; the same one is not said twice within it.
    var noticesPerMinute = 20

    init() {}
}
