package import GantryBase
package import Model

/// Somebody, or a program, that Gantry knows by more than a token; named by its user name.
///
/// A user need not be one of these: a token may be made for any name.
package enum StoredUser: StoredKind {
    package enum Nature: String, Codable, Sendable {
        case person
        /// A program with roles of its own, which signs in with tokens alone.
        case serviceAccount = "service-account"
    }

    package struct Spec: Codable, Sendable, Hashable {
        package var nature: Nature
        /// Nil for who signs in elsewhere, and for programs.
        package var password: PasswordHash?
        package var passwordSetAt: Timestamp?
        /// Who it is at the provider of identities, as `ISSUER SUBJECT`: names there can change hands, this cannot.
        package var subject: String?
        /// What the provider said at the last sign-in, and when.
        package var groups: [String]
        package var groupsAt: Timestamp?
        /// Whether a session or token of theirs may have the scope `admin`.
        package var isAdmin: Bool
        /// Of a program: its role in businesses, beside what platform.yaml gives.
        package var roles: [BusinessName: Role]
        package var createdAt: Timestamp
        package var createdBy: UserName
        package var description: String?

        package init(
            nature: Nature = .person, password: PasswordHash? = nil, passwordSetAt: Timestamp? = nil,
            subject: String? = nil, groups: [String] = [], groupsAt: Timestamp? = nil, isAdmin: Bool = false,
            roles: [BusinessName: Role] = [:], createdAt: Timestamp, createdBy: UserName,
            description: String? = nil
        ) {
            (self.nature, self.password, self.passwordSetAt) = (nature, password, passwordSetAt)
            (self.subject, self.groups, self.groupsAt) = (subject, groups, groupsAt)
            (self.isAdmin, self.roles, self.createdAt) = (isAdmin, roles, createdAt)
            (self.createdBy, self.description) = (createdBy, description)
        }
    }
    package typealias Status = NoStatus
    package static let kind = "user"
    package static let schemaVersion = 1
    package static let initialStatus = NoStatus()
}

/// What a user may do beside what platform.yaml says of the name.
package struct Standing: Sendable, Hashable {
    package var roles: [BusinessName: Role]
    package var groups: Set<String>

    package init(roles: [BusinessName: Role] = [:], groups: Set<String> = []) {
        (self.roles, self.groups) = (roles, groups)
    }

    /// How long what the provider said of a user's groups holds without another sign-in: tokens live longer than
    /// memberships.
    package static let groupsPeriod = Period.minutes(30 * 24 * 60)

    package init(of user: StoredUser.Spec, now: Timestamp) {
        let holds = user.groupsAt.map { now - $0 <= Self.groupsPeriod } ?? false
        self.init(roles: user.roles, groups: holds ? Set(user.groups) : [])
    }
}
