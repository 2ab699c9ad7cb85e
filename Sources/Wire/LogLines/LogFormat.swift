public import GantryBase

/// How lines of a log become records.
public struct LogFormat: Sendable, Hashable {
    public enum Syntax: String, Sendable, Hashable, Codable, CaseIterable {
        /// JSON or logfmt where a line is that, else plain.
        case auto
        case json, logfmt, plain
    }

    public var syntax: Syntax
    /// East of Greenwich, for times that are written without a zone; without it such times are not believed.
    public var zoneOffsetSeconds: Int64?

    public init(_ syntax: Syntax = .auto, zoneOffsetSeconds: Int64? = nil) {
        (self.syntax, self.zoneOffsetSeconds) = (syntax, zoneOffsetSeconds)
    }

    /// Makes a record of one line. Never fails: what is not of the syntax becomes the body as it is.
    public func record(_ line: UnsafeRawBufferPointer, observed: Timestamp) -> LogRecord {
        var record = structured(line) ?? plain(line)
        record.observedTime = observed
        return record
    }

    private func structured(_ line: UnsafeRawBufferPointer) -> LogRecord? {
        let units = line.bindMemory(to: UInt8.self)
        guard let first = units.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        if first == UInt8(ascii: "{"), syntax == .auto || syntax == .json {
            var parser = JSONParser(units, allowsDuplicates: true)
            guard case .object(let members)? = try? parser.document() else { return nil }
            return LogFields.record(members, zone: zoneOffsetSeconds)
        }
        guard syntax == .auto || syntax == .logfmt, let members = Logfmt.read(units) else { return nil }
        // Prose with an equals sign in it is no logfmt.
        guard syntax == .logfmt || members.count > 1 && LogFields.areKnown(members) else { return nil }
        return LogFields.record(members, zone: zoneOffsetSeconds)
    }

    private func plain(_ line: UnsafeRawBufferPointer) -> LogRecord {
        let units = line.bindMemory(to: UInt8.self)
        var record = LogRecord(body: .string(String(decoding: units, as: UTF8.self)))
        if let (time, _) = TimeText.prefix(of: units, zone: zoneOffsetSeconds), let time {
            record.time = time
        }
        if let found = SeverityWord.inPlainLine(units) {
            (record.severity, record.severityText) = found
        }
        return record
    }
}
