package import Model

/// What may be allowed or refused. The table says who has each right; nothing else does.
package enum Right: String, Codable, Sendable, CaseIterable {
    case view
    case push
    case createService
    /// Scale, roll back, cancel, retry, pause.
    case operate
    /// Decide at an approval gate. A stage may ask for more: `require(role:)`.
    case approve
    /// Set and remove secrets; nobody reads one.
    case manageSecrets
    /// Read the audit log of a business.
    case audit
    /// Apply `platform.yaml`.
    case managePlatform
    /// Issue, list and revoke tokens of others. Everybody may manage their own.
    case manageTokens
    /// Add, list and remove users and service accounts, and set their passwords.
    case manageUsers

    /// Who has a right at least.
    package enum Holder: Sendable, Hashable {
        /// Whoever has this role, or a higher one, in the business.
        case role(Role)
        /// Whoever has a token with the scope `admin`.
        case platformAdmin
    }

    package struct Rule: Sendable, Hashable {
        package var right: Right
        package var holder: Holder
        /// What the token must be made for.
        package var scope: Scope
    }

    package static let table: [Rule] = [
        Rule(right: .view, holder: .role(.viewer), scope: .read),
        Rule(right: .push, holder: .role(.developer), scope: .push),
        Rule(right: .createService, holder: .role(.developer), scope: .write),
        Rule(right: .operate, holder: .role(.developer), scope: .write),
        Rule(right: .approve, holder: .role(.approver), scope: .write),
        Rule(right: .manageSecrets, holder: .role(.admin), scope: .write),
        Rule(right: .audit, holder: .role(.admin), scope: .read),
        Rule(right: .managePlatform, holder: .platformAdmin, scope: .admin),
        Rule(right: .manageTokens, holder: .platformAdmin, scope: .admin),
        Rule(right: .manageUsers, holder: .platformAdmin, scope: .admin),
    ]

    /// A right that the table forgets is the platform admin's.
    package var rule: Rule {
        Self.table.first { $0.right == self } ?? Rule(right: self, holder: .platformAdmin, scope: .admin)
    }
}
