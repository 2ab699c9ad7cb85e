package import GantryBase
package import Model

/// Decides who may do what. Pure: the platform and the identity come in, a refusal comes out.
package enum Rights {
    /// Returns when `identity` has the right in the business, else throws `.forbidden` with the missing right, the
    /// business and who can grant it.
    ///
    /// Without a business the right must be there in any business; callers then show no more than
    /// `businesses(with:)`. Without a platform only the platform's admin has rights.
    package static func require(
        _ right: Right, on business: BusinessName?, identity: Identity, platform: PlatformSpec?
    ) throws(GantryError) {
        let rule = right.rule
        try require(scope: rule.scope, for: right, identity)
        switch rule.holder {
        case .role(let role):
            try require(role: role, for: right, on: business, identity: identity, platform: platform)
        case .platformAdmin:
            guard identity.isAdmin else {
                throw refusal(right, in: business, identity, "an admin token", nil, has: nil)
            }
        }
    }

    /// As `require(_:on:identity:platform:)`, for a stage that asks for a role of its own, such as an approval.
    package static func require(
        role: Role, for right: Right, on business: BusinessName?, identity: Identity, platform: PlatformSpec?
    ) throws(GantryError) {
        try require(scope: right.rule.scope, for: right, identity)
        guard !identity.isAdmin else { return }
        let candidates = platform?.businesses.filter { business == nil || $0.name == business } ?? []
        let mapping = platform?.signIn?.oidc?.groups ?? [:]
        func held(_ business: Business) -> Role? { self.role(of: identity, in: business, groups: mapping) }
        guard !candidates.contains(where: { held($0).map { $0 >= role } ?? false }) else { return }
        throw refusal(
            right, in: business, identity, "the role \(role.rawValue)", candidates.first,
            has: candidates.first.flatMap(held))
    }

    /// The businesses in which `identity` has the right, in the platform's order.
    package static func businesses(
        with right: Right, identity: Identity, platform: PlatformSpec
    ) -> [BusinessName] {
        platform.businesses.map(\.name).filter { name in
            do {
                try require(right, on: name, identity: identity, platform: platform)
                return true
            } catch {
                return false
            }
        }
    }

    /// The user's role in a business: their own, or that of everybody, whichever is higher.
    package static func role(of user: UserName, in business: Business) -> Role? {
        [business.members[user], business.members["*"]].compactMap(\.self).max()
    }

    /// The highest of what platform.yaml says of the name, what the account was given, and what its groups give.
    package static func role(
        of identity: Identity, in business: Business, groups: [String: [BusinessName: Role]]
    ) -> Role? {
        var roles = [role(of: identity.user, in: business), identity.standing.roles[business.name]]
        for group in identity.standing.groups {
            roles += [groups[group]?[business.name], groups[group]?["*"]]
        }
        return roles.compactMap(\.self).max()
    }

    private static func require(
        scope: Scope, for right: Right, _ identity: Identity
    ) throws(GantryError) {
        guard !identity.has(scope) else { return }
        throw GantryError(
            .forbidden,
            "token \(identity.tokenID) of \(identity.user) lacks the scope \(scope.rawValue), which the right "
                + "\(right.rawValue) takes",
            hint: scope == .admin
                ? "ask an admin of the platform"
                : "make a token with it: `gantry token create --scope \(scope.rawValue)`")
    }

    private static func refusal(
        _ right: Right, in business: BusinessName?, _ identity: Identity, _ takes: String, _ found: Business?,
        has: Role?
    ) -> GantryError {
        let place = business.map { " in \($0)" } ?? ""
        let state = has.map { ", and \(identity.user) has the role \($0.rawValue)" } ?? ""
        return GantryError(
            .forbidden,
            "\(identity.user) lacks the right \(right.rawValue)\(place): it takes \(takes)\(state)",
            hint: "ask \(granters(business == nil ? nil : found)) to grant it in platform.yaml")
    }

    /// Names in a hint; the first few are enough to ask.
    private static let namedAdmins = 3

    private static func granters(_ business: Business?) -> String {
        let admins = (business?.members ?? [:]).filter { $0.value == .admin && $0.key != "*" }.keys.sorted()
        let names = admins.prefix(namedAdmins).map(\.text)
        return (names + ["an admin of the platform"]).joined(separator: " or ")
    }
}
