import Access
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Testing

@Suite struct TokenTests {
    @Test func aTokenStandsForItsUserAndScopes() async throws {
        try await withInstallation { here in
            let (text, id) = try await here.tokens.issue(
                user: "ana", scopes: [.push, .read], description: "laptop", by: "admin")
            #expect(text.hasPrefix("gantry_\(id)"))
            #expect(text.utf8.count == 47)
            let identity = try await here.tokens.authenticate(text)
            #expect(identity == Identity(user: "ana", scopes: [.read, .push], tokenID: id))
            #expect(!identity.isAdmin)
            let other = TokenStore(store: here.store, time: here.time)
            #expect(try await other.authenticate(text) == identity)
        }
    }

    @Test func onlyTheHashIsOnDisk() async throws {
        try await withInstallation { here in
            let (text, id) = try await here.tokens.issue(user: "ana", scopes: [.read], by: "admin")
            let bytes = try here.bytesOnDisk()
            #expect(bytes.firstRange(of: Data(id.utf8)) != nil)
            #expect(bytes.firstRange(of: Data(text.utf8)) == nil)
            #expect(bytes.firstRange(of: Data(text.suffix(32).utf8)) == nil)
            #expect(bytes.firstRange(of: Data(text.suffix(12).utf8)) == nil)
        }
    }

    @Test func aRevokedTokenIsRefusedAtOnce() async throws {
        try await withInstallation { here in
            let (text, id) = try await here.tokens.issue(user: "ana", scopes: [.read], by: "admin")
            _ = try await here.tokens.authenticate(text)
            try await TokenStore(store: here.store, time: here.time).revoke(id, by: "admin")
            let refused = await error { try await here.tokens.authenticate(text) }
            #expect(refused?.code == .unauthenticated)
            #expect(refused?.hint != nil)
            #expect(await error { try await here.tokens.revoke(id, by: "admin") }?.code == .notFound)
        }
    }

    @Test func anExpiredTokenIsRefusedWithItsEnd() async throws {
        try await withInstallation { here in
            let end = here.time.now() + .minutes(5)
            let (text, _) = try await here.tokens.issue(
                user: "ana", scopes: [.read], expiresAt: end, by: "admin")
            here.move(by: Period(milliseconds: 299_999))
            _ = try await here.tokens.authenticate(text)
            here.move(by: .milliseconds(1))
            let refused = await error { try await here.tokens.authenticate(text) }
            #expect(refused?.code == .unauthenticated)
            #expect(refused?.message.contains(end.readable) == true)
            #expect(refused?.message.contains(text) == false)
        }
    }

    @Test func whatIsNoTokenOfThisServerIsRefusedAlike() async throws {
        try await withInstallation { here in
            let (text, id) = try await here.tokens.issue(user: "ana", scopes: [.read], by: "admin")
            let forged = "gantry_" + id + String(repeating: "b", count: 32)
            let wrong = [
                "", "gantry_", id, forged, text + "x", String(text.dropLast()), text.uppercased(),
                text.replacingOccurrences(of: "gantry_", with: "forged_"),
                "gantry_" + String(text.dropFirst(8)),
                "gantry_../../" + String(repeating: "x", count: 34), "gantry_%" + String(text.dropFirst(8)),
                String(repeating: "x", count: 1 << 20),
            ]
            var messages: Set<String> = []
            for text in wrong {
                let refused = await error { try await here.tokens.authenticate(text) }
                #expect(refused?.code == .unauthenticated)
                messages.insert(refused?.message ?? "")
            }
            #expect(messages.count == 1)
        }
    }

    @Test func theFirstStartMakesOneAdminTokenAndTheNextNone() async throws {
        try await withInstallation { here in
            let text = try #require(try await here.tokens.ensureAdmin())
            #expect(try await here.tokens.authenticate(text).isAdmin)
            #expect(try await here.tokens.ensureAdmin() == nil)
            #expect(try await here.tokens.list().objects.count == 1)
        }
    }

    @Test func aTokenWithoutUserOrScopeOrInThePastIsNotMade() async throws {
        try await withInstallation { here in
            let tokens = here.tokens
            let past = here.time.now() - .minutes(1)
            #expect(
                await error { try await tokens.issue(user: "", scopes: [.read], by: "a") }?.code == .invalid)
            #expect(
                await error { try await tokens.issue(user: "*", scopes: [.read], by: "a") }?.code == .invalid)
            #expect(await error { try await tokens.issue(user: "a", scopes: [], by: "a") }?.code == .invalid)
            let late = await error {
                try await tokens.issue(user: "a", scopes: [.read], expiresAt: past, by: "a")
            }
            #expect(late?.code == .invalid)
            let made = try await tokens.list().objects
            #expect(made.isEmpty)
        }
    }

    @Test func aUserHasSoManyTokensAndNotOneMore() async throws {
        try await withInstallation { here in
            for _ in 0..<TokenStore.tokensPerUser {
                _ = try await here.tokens.issue(user: "ana", scopes: [.read], by: "admin")
            }
            let refused = await error {
                try await here.tokens.issue(user: "ana", scopes: [.read], by: "admin")
            }
            #expect(refused?.code == .limit)
            _ = try await here.tokens.issue(user: "bob", scopes: [.read], by: "admin")
            #expect(try await here.tokens.list(user: "bob").objects.count == 1)
        }
    }

    @Test func makingAndRevokingIsInTheAuditLogWithoutTheText() async throws {
        try await withInstallation { here in
            let (text, id) = try await here.tokens.issue(user: "ana", scopes: [.read, .push], by: "boss")
            try await here.tokens.revoke(id, by: "boss")
            let records = try await here.store.audit(AuditQuery(objectPrefix: "token/"))
            #expect(records.map(\.action) == ["token.remove", "token.create"])
            #expect(records.allSatisfy { $0.who == "boss" && $0.object == "token/\(id)" && $0.allowed })
            #expect(records.last?.detail == "for ana with read, push")
            #expect(!"\(records)".contains(text))
        }
    }
}
