package import Model

/// The hooks of a repository that ask the server.
package enum HookKind: String, Sendable, Codable, CaseIterable {
    /// Before any ref moves: the answer decides over the whole push.
    case preReceive = "pre-receive"
    /// After the refs have moved, and only of those that did: what is told here has happened.
    case postReceive = "post-receive"
}

/// What a hook tells the server of one push.
package struct HookCall: Sendable, Hashable, Codable {
    package var kind: HookKind
    package var service: ServiceName
    package var user: UserName
    package var updates: [RefUpdate]

    package init(kind: HookKind, service: ServiceName, user: UserName, updates: [RefUpdate]) {
        (self.kind, self.service, self.user, self.updates) = (kind, service, user, updates)
    }
}

/// One ref that a push moves.
package struct RefUpdate: Sendable, Hashable, Codable {
    /// Such as `refs/heads/main`.
    package var ref: String
    /// All zeros for a ref that is made.
    package var old: String
    /// All zeros for a ref that is removed.
    package var new: String
    /// The text of `service.yaml` at `new`; nil when there is none. Told before the push, of branches alone.
    package var specification: String?
    /// Whether nothing that `old` reached is lost; also of a new ref, and never of a removal. Told before the push.
    package var isFastForward: Bool
    package var isDeletion: Bool
    /// The first line of the commit message at `new`. Told after the push.
    package var subject: String?

    package init(
        ref: String, old: String, new: String, specification: String? = nil, isFastForward: Bool = false,
        isDeletion: Bool = false, subject: String? = nil
    ) {
        (self.ref, self.old, self.new, self.specification) = (ref, old, new, specification)
        (self.isFastForward, self.isDeletion, self.subject) = (isFastForward, isDeletion, subject)
    }

    /// The branch's short name; nil for tags and other refs.
    package var branch: String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }
}

/// What the server says to it.
package struct HookReply: Sendable, Hashable, Codable {
    /// Of no effect after the push.
    package var accepted: Bool
    /// Lines for the pusher's terminal.
    package var messages: [String]

    package init(accepted: Bool, messages: [String] = []) {
        (self.accepted, self.messages) = (accepted, messages)
    }
}

/// The limits that both sides of a hook's talk hold.
enum HookLimits {
    /// In bytes, of a call or an answer: four full specifications, or thousands of updates without.
    static let largestMessage = 1 << 20
    /// In bytes: a hundred times the longest specification that people write.
    static let largestSpecification = 256 << 10
    /// Refs in one push; each costs a few runs of git.
    static let mostUpdates = 500
    /// At once, of which each is a push; more than the pushes that `GitBackend` lets in.
    static let mostConnections = 64
}
