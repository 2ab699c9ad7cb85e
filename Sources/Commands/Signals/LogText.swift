import API
import GantryBase
import Wire

/// Log records as lines for people: time, level, where it comes from, what it says.
struct LogText: Sendable {
    /// What was asked for: it need not stand in every line again.
    var place: SignalPlace?
    var hasColour = false

    /// Of one attribute, in characters; JSON has all of it.
    private static let longestValue = 200

    /// Without a newline at its end. A record of several lines goes on indented, so that none of them looks like another
    /// record.
    func line(_ record: LogItem) -> String {
        let level = (record.level ?? "").uppercased()
        var text = SignalText.time(record.time) + " " + coloured(Terminal.padded(level, to: 5), record.level)
        let source = [record.service, record.environment, record.region, record.instance]
            .joined(separator: "/")
        let known = place?.path ?? ""
        let rest = source.hasPrefix(known + "/") ? String(source.dropFirst(known.count + 1)) : source
        if source != known { text += " " + dimmed(TerminalText.safe(rest)) }
        let message = TerminalText.safe(record.message, keepsLines: true)
        text += " " + message.replacing("\n", with: "\n    ")
        for member in record.attributes?.objectValue ?? [] {
            text += " " + dimmed(TerminalText.safe(member.name + "=")) + value(member.value)
        }
        if let id = record.traceID { text += " " + dimmed("trace=\(id)") }
        return text
    }

    private func value(_ value: JSONValue) -> String {
        let text: String
        if case .string(let plain) = value, !plain.contains(where: { $0 == " " || $0 == "\"" }) {
            text = plain
        } else {
            text = String(decoding: JSON.write(value), as: UTF8.self)
        }
        let cut = text.count > Self.longestValue ? text.prefix(Self.longestValue) + "…" : text
        return TerminalText.safe(cut)
    }

    private func coloured(_ text: String, _ level: String?) -> String {
        guard hasColour else { return text }
        switch level {
        case "error", "fatal": return "\u{1B}[31m\(text)\u{1B}[0m"
        case "warn": return "\u{1B}[33m\(text)\u{1B}[0m"
        case "debug", "trace": return "\u{1B}[2m\(text)\u{1B}[0m"
        default: return text
        }
    }

    private func dimmed(_ text: String) -> String { hasColour ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
