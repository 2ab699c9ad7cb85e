import Foundation
import GRDB
import GantryBase
import State
import Wire

/// Reads and changes objects inside a transaction.
enum ObjectTable {
    static let columns = [
        "kind", "name", "version", "schema_version", "spec", "status", "labels", "created_at", "updated_at",
    ]
    static let columnList = columns.joined(separator: ", ")

    /// Reads a row that starts with `columns`.
    static func object(_ row: Row) throws -> StateObject {
        let (spec, status): (Data, Data) = (row[4], row[5])
        return StateObject(
            kind: row[0], name: row[1], version: row[2], schemaVersion: row[3], spec: [UInt8](spec),
            status: [UInt8](status), labels: try labels(row[6]), createdAt: Timestamp(nanoseconds: row[7]),
            updatedAt: Timestamp(nanoseconds: row[8]))
    }

    private static func labels(_ text: String) throws -> [String: String] {
        text == "{}" ? [:] : try JSON.decode([String: String].self, from: Array(text.utf8))
    }

    static func get(kind: String, name: String, in db: Database) throws -> StateObject? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columnList) FROM objects WHERE kind = ? AND name = ?")
        return try Row.fetchOne(statement, arguments: [kind, name]).map { try object($0) }
    }

    static func apply(_ changes: [StateChange], at now: Timestamp, in db: Database) throws -> [StateObject] {
        guard !changes.isEmpty else { return [] }
        var version = try VersionCounter.take(changes.count, db)
        var objects: [StateObject] = []
        for change in changes {
            objects.append(try apply(change, version: version, at: now, in: db))
            version += 1
        }
        return objects
    }

    private static func apply(
        _ change: StateChange, version: Int64, at now: Timestamp, in db: Database
    ) throws -> StateObject {
        let old = try get(kind: change.kind, name: change.name, in: db)
        switch change.operation {
        case .create(let spec, let status, let labels):
            guard old == nil else {
                throw GantryError(
                    .exists, "\(change.kind) \(change.name) exists", hint: "choose another name, or change it"
                )
            }
            let object = StateObject(
                kind: change.kind, name: change.name, version: version, schemaVersion: change.schemaVersion,
                spec: spec, status: status, labels: labels, createdAt: now, updatedAt: now)
            try insert(object, in: db)
            return object
        case .update(let spec, let status, let labels, let expecting):
            let old = try present(old, change, expecting: expecting)
            guard old.schemaVersion == change.schemaVersion || (spec != nil && status != nil) else {
                throw GantryError(
                    .invalid,
                    "\(change.kind) \(change.name) has schema version \(old.schemaVersion); an update to "
                        + "\(change.schemaVersion) must bring both documents")
            }
            var object = old
            (object.version, object.schemaVersion, object.updatedAt) = (version, change.schemaVersion, now)
            object.spec = spec ?? old.spec
            object.status = status ?? old.status
            object.labels = labels ?? old.labels
            try update(object, labelsChanged: object.labels != old.labels, in: db)
            return object
        case .remove(let expecting):
            var object = try present(old, change, expecting: expecting)
            object.version = version
            try remove(object, at: now, in: db)
            return object
        }
    }

    private static func present(
        _ old: StateObject?, _ change: StateChange, expecting: Int64?
    ) throws(GantryError) -> StateObject {
        guard let old else { throw GantryError(.notFound, "there is no \(change.kind) \(change.name)") }
        guard expecting == nil || expecting == old.version else {
            throw GantryError(
                .conflict, "\(change.kind) \(change.name) has changed since it was read",
                hint: "read it again and repeat the change")
        }
        guard old.schemaVersion <= change.schemaVersion else {
            throw GantryError(
                .unsupported,
                "\(change.kind) \(change.name) has schema version \(old.schemaVersion), from a newer Gantry; "
                    + "this one knows \(change.schemaVersion)", hint: "start the newer Gantry")
        }
        return old
    }

    private static func insert(_ object: StateObject, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO objects (\(columnList), created_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                object.kind, object.name, object.version, object.schemaVersion, Data(object.spec),
                Data(object.status), try text(of: object.labels), object.createdAt.nanoseconds,
                object.updatedAt.nanoseconds, object.version,
            ])
        try insertLabels(of: object, in: db)
    }

    private static func update(_ object: StateObject, labelsChanged: Bool, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE objects SET version = ?, schema_version = ?, spec = ?, status = ?, labels = ?, updated_at = ?
                WHERE kind = ? AND name = ?
                """
        ).execute(
            arguments: [
                object.version, object.schemaVersion, Data(object.spec), Data(object.status),
                try text(of: object.labels), object.updatedAt.nanoseconds, object.kind, object.name,
            ])
        guard labelsChanged else { return }
        try db.cachedStatement(sql: "DELETE FROM labels WHERE kind = ? AND name = ?")
            .execute(arguments: [object.kind, object.name])
        try insertLabels(of: object, in: db)
    }

    private static func insertLabels(of object: StateObject, in db: Database) throws {
        guard !object.labels.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO labels (kind, key, value, name) VALUES (?, ?, ?, ?)")
        for (key, value) in object.labels {
            try statement.execute(arguments: [object.kind, key, value, object.name])
        }
    }

    /// Its labels go with it by the foreign key.
    private static func remove(_ object: StateObject, at now: Timestamp, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM objects WHERE kind = ? AND name = ?")
            .execute(arguments: [object.kind, object.name])
        try RemovalTable.insert(object, at: now, in: db)
    }

    static func text(of labels: [String: String]) throws -> String { try JSON.encodeString(labels) }
}
