import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing

@Suite struct RightsTests {
    struct Row: Sendable, CustomStringConvertible {
        var right: Right
        /// Those of the sample's users who have it in `yidian`.
        var users: [UserName]
        var scope: Scope
        var description: String { right.rawValue }
    }

    static let rows = [
        Row(right: .view, users: ["stranger", "dev", "app", "boss"], scope: .read),
        Row(right: .push, users: ["dev", "app", "boss"], scope: .push),
        Row(right: .createService, users: ["dev", "app", "boss"], scope: .write),
        Row(right: .operate, users: ["dev", "app", "boss"], scope: .write),
        Row(right: .approve, users: ["app", "boss"], scope: .write),
        Row(right: .manageSecrets, users: ["boss"], scope: .write),
        Row(right: .audit, users: ["boss"], scope: .read),
        Row(right: .managePlatform, users: [], scope: .admin),
        Row(right: .manageTokens, users: [], scope: .admin),
        Row(right: .manageUsers, users: [], scope: .admin),
    ]

    private static func allows(
        _ right: Right, _ user: UserName, _ scopes: Set<Scope>, on business: BusinessName? = "yidian",
        platform: PlatformSpec? = .sample
    ) -> Bool {
        let identity = Identity(user: user, scopes: scopes, tokenID: "t")
        do throws(GantryError) {
            try Rights.require(right, on: business, identity: identity, platform: platform)
            return true
        } catch {
            #expect(error.code == .forbidden)
            #expect(error.message.contains(right.rawValue), "a refusal names the missing right")
            #expect(error.hint != nil)
            return false
        }
    }

    @Test func theTestHasEveryRight() { #expect(Self.rows.map(\.right) == Right.allCases) }

    @Test(arguments: rows) func aRightIsOfThoseWithItsRoleAndScope(row: Row) {
        let most: Set<Scope> = [.read, .write, .push]
        for user: UserName in ["stranger", "dev", "app", "boss"] {
            #expect(Self.allows(row.right, user, most) == row.users.contains(user), "\(user)")
            #expect(!Self.allows(row.right, user, most.subtracting([row.scope])), "\(user) without the scope")
        }
        #expect(Self.allows(row.right, "anybody", [.admin]))
        #expect(Self.allows(row.right, "anybody", [.admin], platform: nil))
        #expect(!Self.allows(row.right, "boss", most, on: "yisheng"), "a role of another business")
        #expect(!Self.allows(row.right, "boss", most, on: "nobody"))
        #expect(!Self.allows(row.right, "boss", most, platform: nil), "rights before there is a platform")
        #expect(!Self.allows(row.right, "boss", []))
    }

    @Test func withoutABusinessARightInAnyOfThemIsEnough() {
        #expect(Self.allows(.push, "dev", [.push], on: nil))
        #expect(!Self.allows(.push, "stranger", [.push], on: nil))
        let dev = Identity(user: "dev", scopes: [.read], tokenID: "t")
        #expect(Rights.businesses(with: .view, identity: dev, platform: .sample) == ["yidian"])
        let admin = Identity(user: "root", scopes: [.admin], tokenID: "t")
        #expect(Rights.businesses(with: .view, identity: admin, platform: .sample) == ["yidian", "yisheng"])
    }

    @Test func aRefusalNamesTheRightTheBusinessAndWhoCanGrantIt() async throws {
        let identity = Identity(user: "dev", scopes: [.write], tokenID: "t")
        let refused = await error {
            try Rights.require(.approve, on: "yidian", identity: identity, platform: .sample)
        }
        #expect(
            refused?.message
                == "dev lacks the right approve in yidian: it takes the role approver, and dev has the role developer"
        )
        #expect(refused?.hint == "ask boss or an admin of the platform to grant it in platform.yaml")
    }

    @Test func aStageMayAskForAHigherRole() async {
        let identity = Identity(user: "app", scopes: [.write], tokenID: "t")
        let refused = await error {
            try Rights.require(
                role: .admin, for: .approve, on: "yidian", identity: identity, platform: .sample)
        }
        #expect(refused?.message.contains("the role admin") == true)
    }

    @Test func everyRefusalIsInTheAuditLog() async throws {
        try await withInstallation { here in
            let gate = AccessGate(store: here.store, tokens: here.tokens, time: here.time)
            let identity = Identity(user: "dev", scopes: [.write], tokenID: "t")
            for right in [Right.approve, .operate] {
                do {
                    try await gate.require(
                        right, on: "yidian", identity: identity, platform: .sample, action: "run.\(right)",
                        object: "run/yidian/article/1")
                } catch let error as GantryError { #expect(error.code == .forbidden) }
            }
            let records = try await here.store.audit(AuditQuery())
            #expect(records.map(\.action) == ["run.approve"])
            #expect(records.first?.allowed == false)
            #expect(records.first?.detail?.contains("lacks the right approve") == true)
        }
    }

    @Test func aFloodOfWrongTokensDoesNotFillTheAuditLog() async throws {
        try await withInstallation { here in
            let gate = AccessGate(store: here.store, tokens: here.tokens, time: here.time)
            let tries = AccessGate.refusedTokensPerMinute + 12
            for _ in 0..<tries {
                let refused = await error { try await gate.authenticate("gantry_x", from: "127.0.0.1") }
                #expect(refused?.code == .unauthenticated)
            }
            here.move(by: .minutes(1))
            _ = await error { try await gate.authenticate("gantry_x", from: "127.0.0.1") }
            let records = try await here.store.audit(AuditQuery())
            #expect(records.count == AccessGate.refusedTokensPerMinute + 1)
            #expect(records.first?.detail?.contains("12 more") == true)
            #expect(records.allSatisfy { $0.object == "address/127.0.0.1" && !$0.allowed })
        }
    }
}
