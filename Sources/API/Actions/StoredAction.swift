import GantryBase
import Model
import State
import Wire

/// A request with an `Idempotency-Key` that has been carried out, so that a repeat is answered and not carried out.
///
/// Named by a hash of the token and the key. Written in the commit that carries the request out; the answer follows,
/// and is missing when the server ended in between.
enum StoredAction: StoredKind {
    struct Spec: Codable, Sendable, Hashable {
        var user: UserName
        /// A hash of everything that the request asks for.
        var request: String
        var at: Timestamp
        /// The object that is the answer, where it is one.
        var kind: String?
        var name: String?
    }
    struct Status: Codable, Sendable, Hashable {
        var answer: KeptAnswer?
    }
    static let kind = "action"
    static let schemaVersion = 1
    static let initialStatus = Status()
}

struct KeptAnswer: Codable, Sendable, Hashable {
    var status: Int
    var type: String?
    var location: String?
    var tag: String?
    /// Nil for an answer without a body.
    var body: String?

    /// In bytes; the answers to actions are objects, few of which have more. Of a larger one only that it was given is
    /// kept.
    static let largestBody = 256 << 10
}
