import GantryBase

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

    /// Reads what log libraries write, by the table that lines are read by.
    package init?(_ text: String) {
        var text = text
        guard let level = text.withUTF8({ Level($0) }) else { return nil }
        self = level
    }

    /// Reads a name of any letter case, also with the digit of OpenTelemetry's finer steps (`INFO2`).
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let number = SeverityWords.number(text) else { return nil }
        self.init(severity: Int64(number))
    }

    /// Reads a severity number of OpenTelemetry's log data model, 1 to 24.
    init?(severity: Int64) {
        guard (1...24).contains(severity), let level = Level(rawValue: Int(severity - 1) / 4) else {
            return nil
        }
        self = level
    }
}
