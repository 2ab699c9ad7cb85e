public import GantryBase

/// One operation of one request, as a service reports it when it ended.
public struct SpanRecord: Sendable, Hashable, Codable {
    public enum Kind: Int32, Sendable, Codable, CaseIterable {
        case unspecified, `internal`, server, client, producer, consumer
    }

    public struct Status: Sendable, Hashable, Codable {
        public enum Code: Int32, Sendable, Codable, CaseIterable { case unset, ok, error }
        public var code: Code
        public var message: String
        public init(_ code: Code = .unset, message: String = "") {
            (self.code, self.message) = (code, message)
        }
    }

    public struct Event: Sendable, Hashable, Codable {
        public var time: Timestamp
        public var name: String
        public var attributes: Attributes
        public var droppedAttributes: UInt32
        public init(
            time: Timestamp, name: String, attributes: Attributes = [:], droppedAttributes: UInt32 = 0
        ) {
            (self.time, self.name) = (time, name)
            (self.attributes, self.droppedAttributes) = (attributes, droppedAttributes)
        }
    }

    /// Points to a span of another trace, or of this one, that caused this one.
    public struct Link: Sendable, Hashable, Codable {
        public var traceID: TraceID
        public var spanID: SpanID
        public var traceState = ""
        public var attributes: Attributes = [:]
        public var droppedAttributes: UInt32 = 0
        public var flags: UInt32 = 0
        public init(traceID: TraceID, spanID: SpanID) { (self.traceID, self.spanID) = (traceID, spanID) }
    }

    public var traceID: TraceID
    public var spanID: SpanID
    /// Nil for the root of a trace.
    public var parentSpanID: SpanID?
    public var traceState = ""
    /// W3C trace flags in the low byte; bits 8 and 9 say whether the parent is known to be remote, and is.
    public var flags: UInt32 = 0
    public var name: String
    public var kind: Kind
    public var start: Timestamp
    public var end: Timestamp
    public var attributes: Attributes = [:]
    public var droppedAttributes: UInt32 = 0
    public var events: [Event] = []
    public var droppedEvents: UInt32 = 0
    public var links: [Link] = []
    public var droppedLinks: UInt32 = 0
    public var status = Status()

    public init(
        traceID: TraceID, spanID: SpanID, parentSpanID: SpanID? = nil, name: String,
        kind: Kind = .unspecified, start: Timestamp, end: Timestamp, attributes: Attributes = [:]
    ) {
        (self.traceID, self.spanID, self.parentSpanID) = (traceID, spanID, parentSpanID)
        (self.name, self.kind, self.start, self.end) = (name, kind, start, end)
        self.attributes = attributes
    }

    /// Never negative: a clock that went backwards gives 0.
    public var durationNanoseconds: Int64 {
        let (difference, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return overflow ? 0 : max(0, difference)
    }
}
