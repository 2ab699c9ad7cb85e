import GantryBase

/// What a driver did against the contract of `StateStore`.
package struct ConformanceFailure: Error, CustomStringConvertible {
    package var promise: String
    package var found: String
    package var line: UInt
    package var description: String { "\(promise): \(found) (line \(line))" }
}

/// The promises of `StateStore`, each as a function that throws when a driver breaks it.
///
/// Knows no test framework, so that drivers outside this package can be held to it. Each case gets a fresh store.
package struct StateConformance: Sendable {
    /// A sentence of the contract and how it is tried.
    package struct Case: Sendable, CustomStringConvertible {
        package var promise: String
        var check: @Sendable (Subject) async throws -> Void
        package var description: String { promise }
    }

    /// The driver under test.
    package struct Subject: Sendable {
        /// A store without objects.
        package var fresh: @Sendable () async throws -> any StateStore
        /// The same store after its process has gone; the old value is not used again.
        package var reopened: @Sendable (any StateStore) async throws -> any StateStore

        package init(
            fresh: @escaping @Sendable () async throws -> any StateStore,
            reopened: @escaping @Sendable (any StateStore) async throws -> any StateStore
        ) {
            (self.fresh, self.reopened) = (fresh, reopened)
        }
    }

    package static let cases: [Case] =
        commitCases + concurrencyCases + listCases + watchCases + leaseCases + auditCases

    package static func run(_ item: Case, on subject: Subject) async throws {
        try await item.check(subject)
    }
}

// What the cases are written with.
extension StateConformance {
    /// Nothing in the suite may take longer: what waits this long hangs.
    static let patience = Duration.seconds(20)

    static func expect(
        _ condition: Bool, _ found: @autoclosure () -> String, _ promise: String = #function,
        line: UInt = #line
    ) throws {
        if !condition { throw ConformanceFailure(promise: promise, found: found(), line: line) }
    }

    static func expect<Value: Sendable>(
        _ code: GantryError.Code, promise: String = #function, line: UInt = #line,
        from body: () async throws -> Value
    ) async throws {
        do {
            let value = try await body()
            throw ConformanceFailure(promise: promise, found: "no \(code.rawValue), but \(value)", line: line)
        } catch let error as GantryError {
            guard error.code != code else { return }
            throw ConformanceFailure(promise: promise, found: "no \(code.rawValue), but \(error)", line: line)
        }
    }

    static func create(
        _ name: String, kind: String = "thing", _ text: String = "{}", labels: [String: String] = [:]
    ) -> StateChange {
        StateChange(
            kind: kind, name: name, schemaVersion: 1,
            operation: .create(spec: Array(text.utf8), status: Array("{}".utf8), labels: labels))
    }

    static func update(
        _ name: String, kind: String = "thing", _ text: String, expecting: Int64? = nil,
        labels: [String: String]? = nil
    ) -> StateChange {
        StateChange(
            kind: kind, name: name, schemaVersion: 1,
            operation: .update(spec: Array(text.utf8), status: nil, labels: labels, expecting: expecting))
    }

    static func remove(_ name: String, kind: String = "thing", expecting: Int64? = nil) -> StateChange {
        StateChange(kind: kind, name: name, schemaVersion: 1, operation: .remove(expecting: expecting))
    }

    static func record(_ action: String, _ object: String = "thing/a", at seconds: Int64 = 0) -> AuditRecord {
        AuditRecord(at: Timestamp(seconds: seconds), who: "ana", action: action, object: object)
    }

    /// Reads events until `isEnough`, or fails when they do not come.
    static func events(
        of store: any StateStore, kinds: Set<String> = ["thing"], after version: Int64,
        promise: String = #function, line: UInt = #line,
        until isEnough: @escaping @Sendable ([StateEvent]) -> Bool
    ) async throws -> [StateEvent] {
        let stream = store.watch(kinds: kinds, after: version)
        return try await withThrowingTaskGroup(of: [StateEvent]?.self) { group in
            group.addTask {
                var events: [StateEvent] = []
                for try await event in stream {
                    events.append(event)
                    if isEnough(events) { break }
                }
                return events
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let events = try await group.next() ?? nil else {
                throw ConformanceFailure(promise: promise, found: "events do not come", line: line)
            }
            return events
        }
    }
}
