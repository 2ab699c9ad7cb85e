import GantryBase
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
            logs.append(record)
        }
        return logs
    }
}

extension Attributes {
    /// Adds what is not there yet.
    fileprivate mutating func fill(_ others: Attributes) {
        for attribute in others.list where self[attribute.name] == nil { list.append(attribute) }
    }
}
