import GantryBase
import HTTPTypes
import State
import Wire

/// An object is at another version than a write names. Nothing has been written.
struct StaleVersion: Error {
    var kind: String
    var name: String
    /// Nil when there is none.
    var version: Int64?

    var error: GantryError {
        let what = kind == name ? kind : "\(kind) \(name)"
        guard let version else {
            return GantryError(
                .conflict, "there is no \(what), and the request asks for one to be there",
                hint: "leave If-Match out to write all the same")
        }
        return GantryError(
            .conflict, "\(what) is at version \(version), which is not what the request is for",
            hint: "read it again, and decide anew")
    }
}

/// At which version an object must be for a write to be carried out: what `If-Match` and `If-None-Match` say.
///
/// Held where the object is read and where it is written, so that nobody comes between.
struct VersionCondition: Sendable {
    enum Wanted: Sendable, Equatable {
        case present
        case absent
        case oneOf(Set<Int64>)
    }
    var kind: String
    /// Nil for whichever object of the kind is read: the one that is to be made.
    var name: String?
    var wanted: Wanted

    /// Nil when the request names none. A header that the route does not hold is refused: to write in spite of it is
    /// what its sender wanted to prevent.
    init?(_ call: Call, _ operation: Operation?) throws(GantryError) {
        let (match, noneMatch) = (call.request.headers[.ifMatch], call.request.headers[.ifNoneMatch])
        guard match != nil || noneMatch != nil else { return nil }
        guard let kind = operation?.guardedKind else {
            throw GantryError(
                .invalid, "this address holds no If-Match and no If-None-Match", hint: "leave it out")
        }
        guard match == nil || noneMatch == nil else {
            throw GantryError(.invalid, "If-Match and If-None-Match ask for different things")
        }
        self.kind = kind
        name = call.parameters["name"] ?? (operation?.hasFixedName == true ? kind : nil)
        if let match {
            guard name != nil else {
                throw GantryError(
                    .invalid, "what does not exist yet has no version", hint: "If-None-Match: *")
            }
            wanted = match == "*" ? .present : .oneOf(try VersionTag.read(match, "If-Match"))
        } else {
            guard noneMatch == "*" else {
                throw GantryError(
                    .invalid, "If-None-Match of a write takes * alone",
                    hint: "name the version to be replaced: If-Match: \"12\"")
            }
            wanted = .absent
        }
    }

    func check(_ name: String, _ version: Int64?) throws {
        let fits =
            switch wanted {
            case .present: version != nil
            case .absent: version == nil
            case .oneOf(let versions): version.map(versions.contains) ?? false
            }
        guard fits else { throw StaleVersion(kind: kind, name: name, version: version) }
    }

    func concerns(_ kind: String, _ name: String) -> Bool {
        kind == self.kind && (self.name ?? name) == name
    }
}

/// Versions as HTTP writes them.
enum VersionTag {
    static func write(_ version: Int64) -> String { "\"\(version)\"" }

    /// Reads a list of tags. A weak one names no version that could be replaced, and matches nothing.
    static func read(_ text: String, _ header: String) throws(GantryError) -> Set<Int64> {
        var versions: Set<Int64> = []
        for item in text.split(separator: ",") {
            let tag = item.filter { $0 != " " && $0 != "\t" }
            if tag.hasPrefix("W/") { continue }
            guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\""),
                let version = Int64(tag.dropFirst().dropLast())
            else {
                throw GantryError(
                    .invalid, "\(header): \(tag) is no version", hint: "give what ETag said, such as \"12\"")
            }
            versions.insert(version)
        }
        return versions
    }

    /// Whether `If-None-Match` of a read names what would be answered.
    static func names(_ list: String, _ tag: String) -> Bool {
        if list == "*" { return true }
        return list.split(separator: ",").contains { item in
            let own = item.filter { $0 != " " && $0 != "\t" }
            return (own.hasPrefix("W/") ? String(own.dropFirst(2)) : own) == tag
        }
    }
}
