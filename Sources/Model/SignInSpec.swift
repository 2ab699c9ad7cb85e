/// How people sign in to an installation beside by password.
public struct SignInSpec: Codable, Sendable, Hashable {
    /// What browsers know the server by, where that is not the address that they ask at; `https://gantry.example.com`.
    public var address: String?
    public var oidc: OIDCSpec?
    public init(address: String? = nil, oidc: OIDCSpec? = nil) { (self.address, self.oidc) = (address, oidc) }
}

/// A provider of identities that speaks OpenID Connect, and what its groups mean here.
public struct OIDCSpec: Codable, Sendable, Hashable {
    /// What its button says.
    public var title: String
    /// As the provider writes it in its tokens: compared letter by letter.
    public var issuer: String
    public var clientID: String
    public var scopes: [String]
    /// The claim that a person is called by here.
    public var userClaim: String
    public var groupsClaim: String
    /// Roles in businesses by group; `*` stands for every business.
    public var groups: [String: [BusinessName: Role]]
    /// Groups whose members administer the installation.
    public var admins: [String]

    public static let standardScopes = ["openid", "profile", "email"]

    public init(
        title: String = "", issuer: String, clientID: String, scopes: [String] = Self.standardScopes,
        userClaim: String = "preferred_username", groupsClaim: String = "groups",
        groups: [String: [BusinessName: Role]] = [:], admins: [String] = []
    ) {
        (self.title, self.issuer, self.clientID, self.scopes) = (title, issuer, clientID, scopes)
        (self.userClaim, self.groupsClaim) = (userClaim, groupsClaim)
        (self.groups, self.admins) = (groups, admins)
    }
}
