package import GantryBase
package import Model
import Wire

/// An object of a known kind, with its documents decoded.
package struct Stored<Kind: StoredKind>: Sendable, Hashable {
    package var name: String
    package var version: Int64
    package var spec: Kind.Spec
    package var status: Kind.Status
    package var labels: [String: String]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        name: String, version: Int64, spec: Kind.Spec, status: Kind.Status, labels: [String: String],
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        (self.name, self.version, self.spec, self.status) = (name, version, spec, status)
        (self.labels, self.createdAt, self.updatedAt) = (labels, createdAt, updatedAt)
    }

    /// Decodes an object as it came from a store.
    ///
    /// Throws `.unsupported` when it was written by a newer Gantry: reading it as far as it is understood and writing
    /// it back would lose what is not.
    package init(_ object: StateObject) throws(GantryError) {
        guard object.kind == Kind.kind else {
            throw GantryError(.internal, "\(object.kind) \(object.name) was read as \(Kind.kind)")
        }
        guard object.schemaVersion <= Kind.schemaVersion else {
            throw GantryError(
                .unsupported,
                "\(object.kind) \(object.name) has schema version \(object.schemaVersion); this Gantry knows "
                    + "\(Kind.schemaVersion)", hint: "start the Gantry that wrote it, or a newer one")
        }
        do {
            spec = try JSON.decode(Kind.Spec.self, from: object.spec)
            status = try JSON.decode(Kind.Status.self, from: object.status)
        } catch {
            throw GantryError(
                .internal, "\(object.kind) \(object.name) cannot be read: \(JSON.describe(error))",
                hint: "restore the state from a backup, or remove the object")
        }
        (name, version, labels) = (object.name, object.version, object.labels)
        (createdAt, updatedAt) = (object.createdAt, object.updatedAt)
    }
}

package struct StoredPage<Kind: StoredKind>: Sendable {
    package var objects: [Stored<Kind>]
    /// Where the next page starts; nil on the last.
    package var next: String?
}

/// Changes of typed objects, for commits that touch several.
extension StateChange {
    package static func create<Kind: StoredKind>(
        _ kind: Kind.Type, _ name: String, spec: Kind.Spec, status: Kind.Status = Kind.initialStatus,
        labels: [String: String] = [:]
    ) throws(GantryError) -> StateChange {
        StateChange(
            kind: Kind.kind, name: name, schemaVersion: Kind.schemaVersion,
            operation: .create(
                spec: try encoded(spec, kind, name), status: try encoded(status, kind, name), labels: labels))
    }

    /// Writes the object's documents and labels as they are in `stored`, if it still has the version of `stored`.
    package static func update<Kind: StoredKind>(_ stored: Stored<Kind>) throws(GantryError) -> StateChange {
        StateChange(
            kind: Kind.kind, name: stored.name, schemaVersion: Kind.schemaVersion,
            operation: .update(
                spec: try encoded(stored.spec, Kind.self, stored.name),
                status: try encoded(stored.status, Kind.self, stored.name), labels: stored.labels,
                expecting: stored.version))
    }

    /// Removes the object if it still has the version of `stored`.
    package static func remove<Kind: StoredKind>(_ stored: Stored<Kind>) -> StateChange {
        StateChange(
            kind: Kind.kind, name: stored.name, schemaVersion: Kind.schemaVersion,
            operation: .remove(expecting: stored.version))
    }

    static func encoded<Kind: StoredKind>(
        _ document: some Encodable, _ kind: Kind.Type, _ name: String
    ) throws(GantryError) -> [UInt8] {
        do {
            return try JSON.encode(document)
        } catch {
            throw GantryError(
                .internal, "\(Kind.kind) \(name) cannot be written: \(JSON.describe(error))", cause: error)
        }
    }
}
