import GantryBase
import Model
import State
import Wire

/// Writes objects as the API shows them. Stored documents are JSON as Wire writes it and are passed on as they are: a
/// page of a thousand costs no decoding.
enum ObjectJSON {
    static func append(_ object: StateObject, to bytes: inout [UInt8]) {
        member("{\"kind\":", .string(object.kind), to: &bytes)
        member(",\"name\":", .string(object.name), to: &bytes)
        member(",\"version\":", .integer(object.version), to: &bytes)
        bytes += Array(",\"spec\":".utf8)
        bytes += object.spec
        bytes += Array(",\"status\":".utf8)
        bytes += object.status
        let labels = object.labels.sorted { $0.key < $1.key }
            .map { JSONValue.Member($0.key, .string($0.value)) }
        member(",\"labels\":", .object(labels), to: &bytes)
        member(",\"createdAt\":", .string(object.createdAt.description), to: &bytes)
        member(",\"updatedAt\":", .string(object.updatedAt.description), to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    static func bytes(_ object: StateObject) -> [UInt8] {
        var bytes: [UInt8] = []
        append(object, to: &bytes)
        return bytes
    }

    /// `{"items": […], "next": …, "version": …}`
    static func list(_ page: ObjectPage) -> [UInt8] {
        var bytes = Array("{\"items\":[".utf8)
        for (index, object) in page.objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(object, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        if let next = page.next { member(",\"next\":", .string(next), to: &bytes) }
        member(",\"version\":", .integer(page.version), to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// One line of a watch, with its end.
    static func line(_ event: StateEvent) -> [UInt8] {
        let type =
            switch event.kind {
            case .created: "created"
            case .updated: "updated"
            case .removed: "removed"
            }
        var bytes = Array("{\"type\":\"\(type)\",\"object\":".utf8)
        append(event.object, to: &bytes)
        bytes += Array("}\n".utf8)
        return bytes
    }

    private static func member(_ start: StaticString, _ value: JSONValue, to bytes: inout [UInt8]) {
        bytes += UnsafeBufferPointer(start: start.utf8Start, count: start.utf8CodeUnitCount)
        bytes += JSON.write(value)
    }
}

/// A page of a list as the API answers it.
struct ObjectPage: Sendable {
    var objects: [StateObject]
    var next: String?
    /// Of the store before the list was read: a watch after it misses nothing.
    var version: Int64
}

extension Stored {
    func object() throws -> StateObject {
        StateObject(
            kind: Kind.kind, name: name, version: version, schemaVersion: Kind.schemaVersion,
            spec: try JSON.encode(spec), status: try JSON.encode(status), labels: labels,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}
