public import GantryBase

/// One line or event of a log.
public struct LogRecord: Sendable, Hashable, Codable {
    /// When it happened; the epoch when the source did not say.
    public var time: Timestamp
    /// When it was seen by whoever collected it; the epoch when unknown.
    public var observedTime: Timestamp
    public var severity: Severity
    /// The word of the source, such as `WARN`.
    public var severityText: String
    public var eventName: String
    public var body: AttributeValue
    public var attributes: Attributes
    public var droppedAttributes: UInt32
    /// W3C trace flags in the low byte.
    public var flags: UInt32
    public var traceID: TraceID?
    public var spanID: SpanID?

    public init(
        time: Timestamp = .epoch, observedTime: Timestamp = .epoch, severity: Severity = .unspecified,
        severityText: String = "", eventName: String = "", body: AttributeValue = .empty,
        attributes: Attributes = [:], droppedAttributes: UInt32 = 0, flags: UInt32 = 0,
        traceID: TraceID? = nil, spanID: SpanID? = nil
    ) {
        (self.time, self.observedTime, self.severity) = (time, observedTime, severity)
        (self.severityText, self.eventName, self.body) = (severityText, eventName, body)
        (self.attributes, self.droppedAttributes, self.flags) = (attributes, droppedAttributes, flags)
        (self.traceID, self.spanID) = (traceID, spanID)
    }
}

/// How grave a log record is, by the numbers of OpenTelemetry: 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn,
/// 17–20 error, 21–24 fatal.
public struct Severity: RawRepresentable, Sendable, Hashable, Comparable, Codable {
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let unspecified = Severity(rawValue: 0)
    public static let trace = Severity(rawValue: 1)
    public static let debug = Severity(rawValue: 5)
    public static let info = Severity(rawValue: 9)
    public static let warn = Severity(rawValue: 13)
    public static let error = Severity(rawValue: 17)
    public static let fatal = Severity(rawValue: 21)

    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

    /// The name of its range: `trace`, `debug`, `info`, `warn`, `error`, `fatal`; empty when unspecified or unknown.
    public var name: String {
        switch rawValue {
        case 1...4: "trace"
        case 5...8: "debug"
        case 9...12: "info"
        case 13...16: "warn"
        case 17...20: "error"
        case 21...24: "fatal"
        default: ""
        }
    }
}
