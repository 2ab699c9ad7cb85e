import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import Access

@Suite struct UserTests {
    @Test(arguments: [
        "", "*", "a b", "a/b", "service/x", "-a", "unknown", "gantry", "a\u{1B}[2J",
        String(repeating: "a", count: 200),
    ])
    func aNameThatNobodyCanHaveIsRefused(name: String) async throws {
        try await withInstallation { here in
            let error = await error {
                try await here.users.add(name, password: PasswordTests.good, isAdmin: false, by: "admin")
            }
            #expect(error?.code == .invalid && error?.message.contains("\u{1B}") == false)
        }
    }

    @Test func nobodyIsMadeTwiceAndNoTokenOutlivesItsUser() async throws {
        try await withInstallation { here in
            _ = try await here.users.add("ana", password: PasswordTests.good, isAdmin: true, by: "admin")
            let twice = await error {
                try await here.users.add("ana", password: PasswordTests.good, isAdmin: false, by: "admin")
            }
            #expect(twice?.code == .exists)
            let sessions = SessionStore(store: here.store, tokens: here.tokens, time: here.time)
            let token = try await here.tokens.issue(user: "ana", scopes: [.read], by: "ana").text
            let identity = Identity(user: "ana", scopes: [.read], tokenID: "")
            let cookie = try await sessions.begin(identity, tokenID: nil, way: "password", place: "here")
            #expect(try await sessions.authenticate(cookie).identity.user == "ana")
            #expect(try await here.users.remove("ana", by: "admin") == 1)
            #expect(await error { try await here.tokens.authenticate(token) }?.code == .unauthenticated)
            #expect(await error { try await sessions.authenticate(cookie) }?.code == .unauthenticated)
            let audit = try await here.store.audit(AuditQuery(objectPrefix: "user/ana"))
            #expect(audit.map(\.action) == ["user.remove", "user.create"])
        }
    }

    @Test func aSessionOfAUserWhoIsGoneIsRefusedThoughItIsStored() async throws {
        try await withInstallation { here in
            let sessions = SessionStore(store: here.store, tokens: here.tokens, time: here.time)
            let identity = Identity(user: "ghost", scopes: [.read], tokenID: "")
            let cookie = try await sessions.begin(identity, tokenID: nil, way: "password", place: "here")
            #expect(await error { try await sessions.authenticate(cookie) }?.code == .unauthenticated)
        }
    }

    @Test func aSessionLosesTheScopeAdminWithItsUser() async throws {
        try await withInstallation { here in
            _ = try await here.users.add("ana", password: PasswordTests.good, isAdmin: true, by: "admin")
            let sessions = SessionStore(store: here.store, tokens: here.tokens, time: here.time)
            let identity = Identity(user: "ana", scopes: [.read, .admin], tokenID: "")
            let cookie = try await sessions.begin(identity, tokenID: nil, way: "password", place: "here")
            #expect(try await sessions.authenticate(cookie).identity.isAdmin)
            try await here.store.mutate(StoredUser.self, "ana") { $0.spec.isAdmin = false }
            let left = try await sessions.authenticate(cookie).identity
            #expect(left.scopes == [.read])
        }
    }

    @Test func aServiceAccountHasTheRolesItWasGivenAndNoPassword() async throws {
        try await withInstallation { here in
            let made = try await here.users.addServiceAccount(
                "deployer", roles: ["yisheng": .developer], description: "CI", by: "admin")
            #expect(made.name == "service/deployer")
            let text = try await here.tokens.issue(
                user: "service/deployer", scopes: [.read, .write], by: "admin"
            ).text
            let identity = try await here.tokens.authenticate(text)
            try Rights.require(.operate, on: "yisheng", identity: identity, platform: .sample)
            #expect(throws: GantryError.self) {
                try Rights.require(.operate, on: "yidian", identity: identity, platform: .sample)
            }
            // Everybody signed in may look into yidian, and the higher of two roles counts.
            try Rights.require(.view, on: "yidian", identity: identity, platform: .sample)
            let refused = await error {
                try await here.users.setPassword(PasswordTests.good, of: "service/deployer", by: "admin")
            }
            #expect(refused?.code == .invalid)
            #expect(try await here.users.remove("service/deployer", by: "admin") == 1)
            #expect(await error { try await here.tokens.authenticate(text) }?.code == .unauthenticated)
        }
    }

    static let mapped: PlatformSpec = {
        var platform = PlatformSpec.sample
        platform.signIn = SignInSpec(
            oidc: OIDCSpec(
                issuer: "https://id.example", clientID: "gantry",
                groups: [
                    "sre": ["*": .approver], "docs": ["yisheng": .developer], "dev": ["yidian": .viewer],
                ]))
        return platform
    }()

    private static func role(_ groups: Set<String>, _ business: BusinessName, user: UserName = "li") -> Role?
    {
        let identity = Identity(user: user, scopes: [.read], tokenID: "t", standing: Standing(groups: groups))
        return mapped.business(business).flatMap {
            Rights.role(of: identity, in: $0, groups: mapped.signIn?.oidc?.groups ?? [:])
        }
    }

    @Test func groupsGiveTheRolesThatThePlatformSays() throws {
        #expect(Self.role(["sre"], "yidian") == .approver && Self.role(["sre"], "yisheng") == .approver)
        #expect(Self.role(["docs"], "yisheng") == .developer && Self.role(["docs"], "yidian") == .viewer)
        #expect(Self.role(["docs", "sre"], "yisheng") == .approver && Self.role(["other"], "yisheng") == nil)
        #expect(Self.role(["dev"], "yidian", user: "boss") == .admin)
        let identity = Identity(
            user: "li", scopes: [.write], tokenID: "t", standing: Standing(groups: ["docs"]))
        try Rights.require(.operate, on: "yisheng", identity: identity, platform: Self.mapped)
        let businesses = Rights.businesses(with: .operate, identity: identity, platform: Self.mapped)
        #expect(businesses == ["yisheng"])
    }

    @Test func groupsHoldForAWhileWithoutAnotherSignIn() {
        let now = Timestamp(seconds: 1_000_000)
        let spec = StoredUser.Spec(groups: ["sre"], groupsAt: now, createdAt: now, createdBy: "x")
        #expect(Standing(of: spec, now: now).groups == ["sre"])
        #expect(Standing(of: spec, now: now + Standing.groupsPeriod + .seconds(1)).groups == [])
    }
}
