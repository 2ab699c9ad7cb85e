import GantryBase
import Telemetry
import Wire

/// What becomes of a batch's resources and scopes: the store keeps records with the sender that the token named.
extension SignalBatch {
    /// Beginnings of names that say who and where the sender is: known from its token, and not taken from it.
    private static var claims: [String] {
        [
            "service.", "deployment.", "cloud.", "telemetry.", "process.", "os.", "host.", "container.",
            "k8s.",
            "gantry.",
        ]
    }

    /// Calls `body` with each record and the attributes that its resource and scope add to it.
    fileprivate func forEach(_ body: (Record, Attributes) -> Void) {
        for group in groups {
            let own = group.resource.attributes.list.filter { attribute in
                !Self.claims.contains { attribute.name.hasPrefix($0) }
            }
            for scope in group.scopes {
                var added = Attributes(own)
                if !scope.scope.name.isEmpty { added["otel.scope.name"] = .string(scope.scope.name) }
                for record in scope.records { body(record, added) }
            }
        }
    }
}

extension TraceBatch {
    func stamped() -> [SpanRecord] {
        var spans: [SpanRecord] = []
        spans.reserveCapacity(recordCount)
        forEach { record, added in
            var record = record
            record.attributes.fill(added)
            record.attributes.bound()
            spans.append(record)
        }
        return spans
    }
}

extension LogBatch {
    /// A record without a time gets the one at which it was seen, or now.
    func stamped(now: Timestamp) -> [LogRecord] {
        var logs: [LogRecord] = []
        logs.reserveCapacity(recordCount)
        forEach { record, added in
            var record = record
            if record.time == .epoch {
                record.time = record.observedTime == .epoch ? now : record.observedTime
            }
            record.attributes.fill(added)
            record.attributes.bound()
            if let size = record.body.bound() { record.attributes[cutMark] = .int(Int64(size)) }
            logs.append(record)
        }
        return logs
    }
}

/// On a record of which a text was cut: how many bytes the text had.
private let cutMark = "gantry.cut"

extension AttributeValue {
    /// Cuts a text that is longer than a record may be.
    ///
    /// - Returns: How many bytes it had, if it was cut.
    fileprivate mutating func bound() -> Int? {
        guard case .string(let text) = self, text.utf8.count > TelemetryLimits.recordBytes else { return nil }
        self = .string(String(decoding: text.utf8.prefix(TelemetryLimits.recordBytes), as: UTF8.self))
        return text.utf8.count
    }
}

extension Attributes {
    fileprivate mutating func bound() {
        for at in list.indices {
            if let size = list[at].value.bound() { self[cutMark] = .int(Int64(size)) }
        }
    }

    /// Adds what is not there yet.
    fileprivate mutating func fill(_ others: Attributes) {
        for attribute in others.list where self[attribute.name] == nil { list.append(attribute) }
    }
}
