import Model
package import Telemetry
import Wire

/// One log record as the console shows it.
package struct LogLine: Sendable {
    package var entry: LogEntry

    package init(_ entry: LogEntry) { self.entry = entry }

    /// Of a line in a list, in Unicode scalars; the whole is a press away.
    static let shownScalars = 400
    /// Of what stands behind the text.
    private static let moreScalars = 120
    private static let longestValue = 40

    package static let place = "/search/lines"

    package var address: String { Self.place + "/" + SafeAddress.encoded(entry.cursor.description) }

    /// The text that the line is about: the message of a structured body, else all of it.
    package var text: String {
        let body = entry.record.body
        if case .map(let members) = body, let message = members["message"] ?? members["msg"] {
            return message.text
        }
        if case .empty = body { return entry.record.eventName }
        return body.text
    }

    package var level: LogViewer.Level? {
        switch entry.record.severity.name {
        case "trace", "debug": .debug
        case "info": .info
        case "warn": .warning
        case "error", "fatal": .error
        default: nil
        }
    }

    /// The line as a list shows it: cut to what a screen can show, with words of the search marked.
    package func record(marking phrases: [String] = []) -> RecordList.Record {
        let text = Self.cut(self.text, Self.shownScalars)
        return RecordList.Record(
            time: entry.record.time, level: level,
            source: "\(entry.source.service.name) · \(entry.source.region.text)", text: text,
            marks: SearchTerms.marks(of: phrases, in: text), more: more, address: address)
    }

    /// A few short attributes: of many structured logs they are what tells two lines apart.
    private var more: String {
        var parts: [String] = []
        for attribute in entry.record.attributes.prefix(8) {
            let value = attribute.value.text
            guard value.unicodeScalars.count <= Self.longestValue, !value.isEmpty else { continue }
            parts.append("\(attribute.name)=\(value)")
        }
        return Self.cut(parts.joined(separator: " "), Self.moreScalars)
    }

    static func cut(_ text: String, _ most: Int) -> String {
        guard text.utf8.count > most else { return text }
        let scalars = text.unicodeScalars.prefix(most + 1)
        return scalars.count > most ? String(String.UnicodeScalarView(scalars.dropLast())) + "…" : text
    }
}
