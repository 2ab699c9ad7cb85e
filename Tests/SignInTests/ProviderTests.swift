import Access
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Synchronization
import Testing
import Wire

@testable import SignIn

/// Each against a provider that runs as a program of its own.
@Suite struct ProviderTests {
    /// A desk over a store of its own, with a clock that runs with the machine's and can be moved on.
    final class Ground: Sendable {
        let directory: String
        let store: SQLiteStateStore
        let secrets: SecretStore
        let desk: ProviderDesk
        private let clock: Clock

        final class Clock: Sendable {
            private let ahead = Mutex(Period.zero)
            func advance(_ period: Period) { ahead.withLock { $0 = $0 + period } }
            var source: TimeSource {
                TimeSource(
                    now: { [self] in TimeSource.wall.now() + ahead.withLock { $0 } },
                    sleep: { try await Task.sleep(for: $0.duration) })
            }
        }

        init() async throws {
            directory = FileManager.default.temporaryDirectory.path + "/sign-in-\(UUID().uuidString)"
            clock = Clock()
            store = try SQLiteStateStore.open(directory: directory, time: .wall)
            secrets = try await SecretStore.open(
                store: store, keyFile: directory + "/secrets.key", time: clock.source)
            desk = ProviderDesk(
                secrets: secrets, time: clock.source,
                clientSecret: { [secrets] in try await secrets.clientSecret() })
        }

        func advance(_ period: Period) { clock.advance(period) }

        func remove() async {
            try? await store.close()
            try? FileManager.default.removeItem(atPath: directory)
        }
    }

    static func with(_ body: (TestProvider, Ground) async throws -> Void) async throws {
        try await TestProvider.with { provider in
            let ground = try await Ground()
            do { try await body(provider, ground) } catch {
                await ground.remove()
                throw error
            }
            await ground.remove()
        }
    }

    /// The whole way, as a browser goes it.
    static func signIn(
        _ provider: TestProvider, _ ground: Ground, spec: OIDCSpec? = nil,
        change: (inout ProviderDesk.Return) -> Void = { _ in }
    ) async throws -> IdentityClaims {
        let spec = spec ?? provider.spec
        let begun = try await ground.desk.begin(at: spec, to: "/x", server: "http://gantry.test")
        let query = try await provider.visit(begun.location)
        var back = ProviderDesk.Return(
            state: query["state"], code: query["code"], error: query["error"], issuer: query["iss"])
        change(&back)
        let (claims, to) = try await ground.desk.finish(back, ticket: begun.ticket, at: spec)
        #expect(to == "/x")
        return claims
    }

    static func refusal(
        _ provider: TestProvider, _ ground: Ground, spec: OIDCSpec? = nil,
        change: (inout ProviderDesk.Return) -> Void = { _ in }
    ) async -> GantryError? {
        do {
            let claims = try await signIn(provider, ground, spec: spec, change: change)
            Issue.record("let in: \(claims)")
            return nil
        } catch { return error as? GantryError }
    }

    @Test func whoeverTheProviderVouchesForIsKnownByNameSubjectAndGroups() async throws {
        try await Self.with { provider, ground in
            let claims = try await Self.signIn(provider, ground)
            #expect(claims.name == "ana" && claims.groups == ["sre", "staff"])
            #expect(claims.subject == "\(provider.issuer) 0017")
            try await provider.set(["alg": "ES256", "key": "curve"])
            #expect(try await Self.signIn(provider, ground).name == "ana")
            try await provider.set([
                "claims": ["groups": "one", "aud": ["gantry", "other"], "azp": "gantry"]
            ])
            #expect(try await Self.signIn(provider, ground).groups == ["one"])
            #expect(try await provider.count("/keys") == 1, "keys and document are remembered")
            #expect(try await provider.count("/.well-known/openid-configuration") == 1)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var settings: JSONValue
        var word: String
        init(_ name: String, _ settings: JSONValue, _ word: String) {
            (testDescription, self.settings, self.word) = (name, settings, word)
        }
    }

    @Test func aTokenThatIsWrongInOneThingIsRefused() async throws {
        let wrongs = [
            Wrong("nonce", ["claims": ["nonce": "another"]], "nonce"),
            Wrong("no nonce", ["claims": ["nonce": nil]], "nonce"),
            Wrong("issuer", ["claims": ["iss": "https://evil.example"]], "issuer"),
            Wrong("audience", ["claims": ["aud": "another"]], "audience"),
            Wrong("audiences without azp", ["claims": ["aud": ["gantry", "other"]]], "azp"),
            Wrong("azp", ["claims": ["azp": "other"]], "azp"),
            Wrong("expired", ["claims": ["exp": "-120"]], "expired"),
            Wrong("no end", ["claims": ["exp": nil]], "when"),
            Wrong("not yet", ["claims": ["nbf": "600"]], "not hold yet"),
            Wrong("from the future", ["claims": ["iat": "600"]], "not hold yet"),
            Wrong("old", ["claims": ["iat": "-3600"]], "long ago"),
            Wrong("no subject", ["claims": ["sub": nil]], "subject"),
            Wrong("no name", ["claims": ["preferred_username": nil]], "preferred_username"),
            Wrong("tampered", ["claims": ["tampered": true]], "signed"),
            Wrong("alg none", ["alg": "none"], "signed"),
            Wrong("HS256 with the public key", ["alg": "HS256"], "signed"),
            Wrong("ES256 said of an RSA key", ["alg": "ES256"], "signed"),
            Wrong("RS256 said of a curve", ["key": "curve"], "signed"),
            Wrong("no kid among several keys", ["kid": false], "signed"),
            Wrong("a key that is not published", ["key": "two"], "signed"),
            Wrong("another key's id", ["key": "two", "kid": "one"], "signed"),
        ]
        try await Self.with { provider, ground in
            for wrong in wrongs {
                try await provider.set(wrong.settings)
                let error = await Self.refusal(provider, ground)
                #expect(error?.code == .unauthenticated, "\(wrong.testDescription): \(error?.message ?? "")")
                #expect(
                    error?.message.contains(wrong.word) == true,
                    "\(wrong.testDescription): \(error?.message ?? "")")
                try await provider.set(["alg": "RS256", "key": "one", "kid": true, "claims": [:]])
            }
            #expect(try await Self.signIn(provider, ground).name == "ana")
        }
    }

    @Test func anAnswerOfAnotherSignInIsRefused() async throws {
        try await Self.with { provider, ground in
            for change in [
                { $0.state = "another" }, { $0.state = nil }, { $0.code = nil }, { $0.code = "guessed" },
                { $0.issuer = "https://evil.example" },
            ] as [@Sendable (inout ProviderDesk.Return) -> Void] {
                let error = await Self.refusal(provider, ground, change: change)
                #expect(error?.code == .unauthenticated, "\(error?.message ?? "")")
            }
            // Another browser's ticket, none, a forged one, and one that is too old.
            let begun = try await ground.desk.begin(at: provider.spec, to: "/", server: "http://gantry.test")
            let other = try await ground.desk.begin(at: provider.spec, to: "/", server: "http://gantry.test")
            let query = try await provider.visit(begun.location)
            let back = ProviderDesk.Return(
                state: query["state"], code: query["code"], error: nil, issuer: query["iss"])
            for ticket in [other.ticket, nil, "", String(begun.ticket.reversed()), begun.ticket + "A"] {
                let refused = await #expect(throws: GantryError.self) {
                    try await ground.desk.finish(back, ticket: ticket, at: provider.spec)
                }
                #expect(refused?.code == .unauthenticated)
            }
            ground.advance(SignInTicket.lifetime + .seconds(1))
            let late = await #expect(throws: GantryError.self) {
                try await ground.desk.finish(back, ticket: begun.ticket, at: provider.spec)
            }
            #expect(late?.message.contains("too long ago") == true)
            #expect(try await provider.count("/token") <= 2, "nothing is asked of the provider for these")
        }
    }

    @Test func aKeyThatTheProviderReplacedIsFetchedAndOneThatItTookBackIsForgotten() async throws {
        try await Self.with { provider, ground in
            _ = try await Self.signIn(provider, ground)
            try await provider.set(["key": "two", "published": ["one", "two"]])
            // Within the pause nobody makes the server ask by naming unknown keys.
            for _ in 0..<3 { #expect(await Self.refusal(provider, ground)?.code == .unauthenticated) }
            #expect(try await provider.count("/keys") == 1)
            ground.advance(ProviderBook.unknownKeyPause + .seconds(1))
            try await provider.set(["claims": ["iat": "61", "exp": "400"]])
            #expect(try await Self.signIn(provider, ground).name == "ana")
            #expect(try await provider.count("/keys") == 2)
            // Its first key is taken back, as after a theft, and used by the thief.
            try await provider.set(["key": "one", "published": ["two"]])
            #expect(
                try await Self.signIn(provider, ground).name == "ana", "it is remembered for an hour at most")
            ground.advance(ProviderBook.keysPeriod)
            try await provider.set(["claims": ["iat": "3661", "exp": "4000"]])
            #expect(await Self.refusal(provider, ground)?.message.contains("signed") == true)
        }
    }

    @Test func aProviderThatIsDownIsSaidAndNotAskedForEveryPerson() async throws {
        try await Self.with { provider, ground in
            try await provider.set(["status": 503])
            for _ in 0..<5 {
                let error = await Self.refusal(provider, ground)
                #expect(error?.code == .unavailable && error?.hint?.contains("another way") == true)
            }
            #expect(try await provider.count("/.well-known/openid-configuration") == 1)
            try await provider.set(["status": 200])
            ground.advance(ProviderBook.failurePause)
            #expect(try await Self.signIn(provider, ground).name == "ana")
            try await provider.set(["error": "access_denied"])
            #expect(await Self.refusal(provider, ground)?.message.contains("access_denied") == true)
        }
        // Nobody listens there.
        let ground = try await Ground()
        let gone = OIDCSpec(issuer: "http://127.0.0.1:1", clientID: "gantry")
        let error = await #expect(throws: GantryError.self) {
            try await ground.desk.begin(at: gone, to: "/", server: "http://gantry.test")
        }
        #expect(error?.code == .unavailable)
        await ground.remove()
    }

    @Test func aDocumentThatIsTooLargeOrLeadsElsewhereIsRefused() async throws {
        try await Self.with { provider, ground in
            let bad: [JSONValue] = [
                ["padding": 300_000], ["issuer": "http://127.0.0.1:9"],
                ["document": ["token_endpoint": "http://evil.example/token"]],
                ["document": ["authorization_endpoint": "javascript:alert(1)"]],
                ["document": ["jwks_uri": nil]],
            ]
            for settings in bad {
                try await provider.set(["padding": 0, "issuer": nil, "document": [:]])
                try await provider.set(settings)
                #expect(await Self.refusal(provider, ground)?.code == .unavailable)
                ground.advance(ProviderBook.failurePause)
            }
            for issuer in ["http://evil.example", "ftp://x", "https://", "https://user@x"] {
                let error = await #expect(throws: GantryError.self) {
                    try await ground.desk.begin(
                        at: OIDCSpec(issuer: issuer, clientID: "x"), to: "/", server: "http://gantry.test")
                }
                #expect(error?.code == .invalid, "\(issuer)")
            }
        }
    }

    @Test func theInstallationProvesItselfByItsSecret() async throws {
        try await Self.with { provider, ground in
            try await provider.set(["secret": "s3cret & more"])
            let error = await Self.refusal(provider, ground)
            #expect(error?.hint?.contains("gantry oidc secret") == true, "\(error?.description ?? "")")
            try await ground.secrets.setClientSecret(SecretText("s3cret & more"), by: "admin")
            try await provider.set(["proofs": ["client_secret_post"]])
            #expect(try await provider.count("/token") == 1)
            ground.advance(ProviderBook.documentPeriod)
            try await provider.set(["claims": ["iat": "3600", "exp": "4000"]])
            #expect(try await Self.signIn(provider, ground).name == "ana")
            let audit = try await ground.store.audit(AuditQuery())
            #expect(audit.contains { $0.action == "oidc.secret.set" && !"\($0)".contains("s3cret") })
        }
    }

    @Test func anAddressThatNobodyVerifiedNamesNobody() async throws {
        try await Self.with { provider, ground in
            var spec = provider.spec
            spec.userClaim = "email"
            try await provider.set(["claims": ["email": "boss@example.com"]])
            #expect(await Self.refusal(provider, ground, spec: spec)?.message.contains("verified") == true)
            try await provider.set(["claims": ["email": "ana@example.com", "email_verified": true]])
            #expect(try await Self.signIn(provider, ground, spec: spec).name == "ana@example.com")
        }
    }
}
