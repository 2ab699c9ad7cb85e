/// How grave a log record is, in order.
package enum Level: Int, Sendable, Hashable, CaseIterable, Comparable {
    case trace, debug, info, warn, error, fatal

    package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    /// The usual spelling.
    package var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .warn: "warn"
        case .error: "error"
        case .fatal: "fatal"
        }
    }

    /// What log libraries write; compared without letter case.
    private static let names: [(StaticString, Level)] = [
        ("info", .info), ("error", .error), ("warn", .warn), ("debug", .debug), ("warning", .warn),
        ("trace", .trace),
        ("fatal", .fatal), ("err", .error), ("notice", .info), ("information", .info), ("severe", .error),
        ("critical", .fatal), ("crit", .fatal), ("alert", .fatal), ("emerg", .fatal), ("emergency", .fatal),
        ("panic", .fatal), ("verbose", .trace),
    ]

    package init?(_ text: String) {
        var text = text
        guard let level = text.withUTF8({ Level($0) }) else { return nil }
        self = level
    }

    /// Reads a name of any letter case, also with the digit of OpenTelemetry's finer steps (`INFO2`).
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var text = text
        if let last = text.last, (49...52).contains(last), text.count > 1 {
            text = UnsafeBufferPointer(rebasing: text.dropLast())
        }
        for (name, level) in Self.names where name.utf8CodeUnitCount == text.count {
            let start = name.utf8Start
            if text.indices.allSatisfy({ text[$0] | 0x20 == start[$0] }) {
                self = level
                return
            }
        }
        return nil
    }

    /// Reads a severity number of OpenTelemetry's log data model, 1 to 24.
    init?(severity: Int64) {
        guard (1...24).contains(severity), let level = Level(rawValue: Int(severity - 1) / 4) else {
            return nil
        }
        self = level
    }
}
