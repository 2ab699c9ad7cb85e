import ArgumentParser
import Foundation
import GantryBase
import Logging
import Wire

/// How the server writes its log.
enum LogForm: String, ExpressibleByArgument, CaseIterable {
    /// One line for people: time, level, message, fields.
    case text
    /// One JSON object a line, for programs: `{"time", "level", "message", "fields"}`.
    case json

    /// Text where a person looks on, else JSON.
    static var standard: LogForm { isatty(STDERR_FILENO) == 1 ? .text : .json }
}

/// Writes the server's log to standard error, one line an event, whatever the event says.
///
/// A token that got into a message or a field by mistake is not written.
struct ServerLog: LogHandler {
    let label: String
    let form: LogForm
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    let now: @Sendable () -> Timestamp
    let write: @Sendable (String) -> Void

    init(
        label: String, form: LogForm, now: @escaping @Sendable () -> Timestamp = TimeSource.wall.now,
        write: @escaping @Sendable (String) -> Void = Self.toStandardError
    ) {
        (self.label, self.form, self.now, self.write) = (label, form, now, write)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        write(line(event.level, "\(event.message)", event.metadata ?? [:]))
    }

    func line(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> String {
        let all = metadata.merging(fields) { _, new in new }.sorted { $0.key < $1.key }
        switch form {
        case .json:
            let line: JSONValue = [
                "time": .string(now().description), "level": .string(level.rawValue),
                "message": .string(Self.withoutTokens(message)),
                "fields": .object(all.map { .init($0.key, Self.value($0.value)) }),
            ]
            return String(decoding: JSON.write(line), as: UTF8.self) + "\n"
        case .text:
            let words = all.map { "\($0.key)=\(Self.word(Self.withoutTokens("\($0.value)")))" }
            let start = "\(now()) \(level.rawValue) \(Self.oneLine(Self.withoutTokens(message)))"
            return ([start] + words).joined(separator: " ") + "\n"
        }
    }

    private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(withoutTokens(text))
        case .stringConvertible(let item): .string(withoutTokens("\(item)"))
        case .array(let items): .array(items.map(Self.value))
        case .dictionary(let members):
            .object(members.sorted { $0.key < $1.key }.map { .init($0.key, Self.value($0.value)) })
        }
    }

    /// Quoted where a reader could not tell where it ends.
    private static func word(_ text: String) -> String {
        let safe = oneLine(text)
        guard safe.isEmpty || safe.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else {
            return safe
        }
        return "\"\(safe.replacing("\"", with: "\\\""))\""
    }

    private static func oneLine(_ text: String) -> String {
        TerminalText.safe(text).replacing("\t", with: " ")
    }

    /// Takes out what has the form of one of our tokens, but for its public id.
    static func withoutTokens(_ text: String) -> String {
        guard text.contains("gantry_") else { return text }
        return text.replacing(/gantry_([a-z0-9]{8})[A-Za-z0-9_]{16,}/) { "gantry_\($0.1)…" }
    }

    /// A line in one go, so that lines of several threads and processes stay whole.
    private static let toStandardError: @Sendable (String) -> Void = { line in
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
