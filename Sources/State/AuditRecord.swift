package import GantryBase

/// One action of somebody, kept for ever.
package struct AuditRecord: Codable, Sendable, Hashable {
    package var at: Timestamp
    /// A user, or `gantry/PART` for what the product did by itself.
    package var who: String
    /// A verb and its object's kind: `rollout.create`.
    package var action: String
    package var object: String
    /// Refused attempts are recorded as well.
    package var allowed: Bool
    /// JSON of the object before and after, without secrets; nil where there is none.
    package var before: String?
    package var after: String?
    package var detail: String?
    /// Its place in commit order, given by the store; nil before it is stored.
    package var number: Int64?

    package init(
        at: Timestamp, who: String, action: String, object: String, allowed: Bool = true,
        before: String? = nil, after: String? = nil, detail: String? = nil
    ) {
        (self.at, self.who, self.action, self.object) = (at, who, action, object)
        (self.allowed, self.before, self.after, self.detail) = (allowed, before, after, detail)
    }
}

package struct AuditQuery: Sendable {
    package var objectPrefix: String
    package var who: String?
    /// Only what happened before this time, by the records' own `at`.
    package var before: Timestamp?
    /// Only records with a smaller number: the last of the page before.
    package var beforeNumber: Int64?
    package var limit: Int
    package init(
        objectPrefix: String = "", who: String? = nil, before: Timestamp? = nil, beforeNumber: Int64? = nil,
        limit: Int = StateLimits.pageSize
    ) {
        (self.objectPrefix, self.who, self.before) = (objectPrefix, who, before)
        (self.beforeNumber, self.limit) = (beforeNumber, limit)
    }
}
