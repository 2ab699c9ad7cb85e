import GantryBase

/// Which members of a structured line are what, by the names that loggers use: pino, bunyan, zap, logrus, slog,
/// logback and log4j with their JSON layouts, python-json-logger, structlog, Serilog, and OpenTelemetry's own.
enum LogFields {
    private enum Role: Int, CaseIterable { case time, severity, message, traceID, spanID, flags }

    /// By role, the name that is believed first at the front.
    private static let names: [Role: [String]] = [
        .time: ["@timestamp", "timestamp", "time", "ts", "@t", "t", "datetime", "asctime", "date"],
        .severity: [
            "severity_text", "severity", "level", "lvl", "log.level", "levelname", "@l", "loglevel",
        ],
        .message: ["message", "msg", "body", "@m", "@mt", "event", "log", "text"],
        .traceID: [
            "trace_id", "traceId", "traceID", "traceid", "trace.id", "otelTraceID", "TraceId", "@tr",
            "X-B3-TraceId",
        ],
        .spanID: [
            "span_id", "spanId", "spanID", "spanid", "span.id", "otelSpanID", "SpanId", "@sp", "X-B3-SpanId",
        ],
        .flags: ["trace_flags", "traceFlags", "trace.flags", "otelTraceFlags"],
    ]

    private static let roles: [String: (role: Role, rank: Int)] = {
        var roles: [String: (Role, Int)] = [:]
        for (role, list) in names {
            for (rank, name) in list.enumerated() { roles[name] = (role, rank) }
        }
        return roles
    }()

    /// Says whether a line names a message, a severity or a time.
    static func areKnown(_ members: [JSONValue.Member]) -> Bool {
        members.contains { roles[$0.name].map { $0.role.rawValue <= Role.message.rawValue } ?? false }
    }

    /// Makes a record: members with a role that can be read as it go to their place, all others become attributes.
    static func record(_ members: [JSONValue.Member], zone: Int64?) -> LogRecord {
        var best = [Int?](repeating: nil, count: Role.allCases.count)
        var ranks = [Int](repeating: .max, count: Role.allCases.count)
        var record = LogRecord()
        for (at, member) in members.enumerated() {
            guard let (role, rank) = roles[member.name], rank < ranks[role.rawValue],
                take(member.value, as: role, zone: zone, into: &record)
            else { continue }
            (best[role.rawValue], ranks[role.rawValue]) = (at, rank)
        }
        var attributes: [Attribute] = []
        attributes.reserveCapacity(members.count)
        for (at, member) in members.enumerated() where !best.contains(at) {
            attributes.append(Attribute(member.name, AttributeValue(plainJSON: member.value)))
        }
        record.attributes = Attributes(attributes)
        return record
    }

    /// Puts a value in its place; false when it cannot be what its name says.
    private static func take(
        _ value: JSONValue, as role: Role, zone: Int64?, into record: inout LogRecord
    ) -> Bool {
        switch role {
        case .time:
            guard let time = TimeText.time(value, zone: zone) else { return false }
            record.time = time
        case .severity:
            guard let found = SeverityWord.read(value) else { return false }
            (record.severity, record.severityText) = found
        case .message:
            if value.isNull { return false }
            record.body = AttributeValue(plainJSON: value)
        case .traceID:
            guard let text = value.stringValue, let id = traceID(text) else { return false }
            record.traceID = id
        case .spanID:
            guard let text = value.stringValue, let id = SpanID(text), id.isValid else { return false }
            record.spanID = id
        case .flags:
            guard let flags = flags(value) else { return false }
            record.flags = flags
        }
        return true
    }

    /// Also reads ids of 64 bits, which older tracers write.
    private static func traceID(_ text: String) -> TraceID? {
        let id = text.utf8.count == 16 ? Hex.read(text.utf8).map { TraceID(high: 0, low: $0) } : TraceID(text)
        return id.flatMap { $0.isValid ? $0 : nil }
    }

    private static func flags(_ value: JSONValue) -> UInt32? {
        switch value {
        case .integer(let number): UInt32(exactly: number)
        case .string(let text): Hex.read(text.utf8).flatMap { UInt32(exactly: $0) }
        default: nil
        }
    }
}
