import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import API

/// What people do by the console's forms.
@Suite struct ObjectPageFormTests {
    private static let run = "/runs/yidian/article/2"

    private static func with(
        _ body: @escaping @Sendable (TestServer, Browser, Browser) async throws -> Void
    ) async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let approver = try await Browser.signedIn(server, try await server.token("pat"))
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            try await body(server, approver, viewer)
        }
    }

    @Test func anApprovalWithACommentIsRecordedAndLeadsBackToTheRun() async throws {
        try await Self.with { server, approver, _ in
            let reply = try await approver.submit(
                ["decision": "approve", "comment": "looks good"], to: Self.run + "/decide", from: Self.run)
            #expect(reply.status == 303 && reply.headers["location"] == Self.run, "\(reply.text)")
            let stored = try await server.store.require(StoredRun.self, PageFixture.run.path)
            let decision = try #require(stored.status.stages[1].decision)
            #expect(decision.approved && decision.by == "pat" && decision.comment == "looks good")
            let page = try await approver.get(Self.run)
            #expect(page.text.contains("Approved") && page.text.contains("looks good"))
            #expect(!page.text.contains("name=\"decision\""))
            #expect(
                try await server.store.audit(AuditQuery()).contains {
                    $0.action == "run.approve" && $0.allowed
                })
        }
    }

    @Test func whoMayNotDecideIsRefusedAndWrittenDown() async throws {
        try await Self.with { server, _, viewer in
            let reply = try await viewer.submit(
                ["decision": "approve"], to: Self.run + "/decide", from: "/tokens")
            #expect(reply.status == 403 && reply.text.contains("lacks the right approve"))
            let stored = try await server.store.require(StoredRun.self, PageFixture.run.path)
            #expect(stored.status.stages[1].decision == nil)
            #expect(
                try await server.store.audit(AuditQuery()).contains {
                    $0.action == "run.approve" && !$0.allowed
                })
        }
    }

    @Test func everyFormIsRefusedWithoutItsSignature() async throws {
        try await Self.with { server, approver, viewer in
            let foreign = try await viewer.signature(on: "/tokens")
            let workload = "/workloads/\(PageFixture.workload)"
            for address in [
                Self.run + "/decide", Self.run + "/cancel", "/runs/yidian/article/1/retry",
                "/services/yidian/article/rollback", workload + "/scale", workload + "/unscale",
                "/secrets/yidian/article/set", "/secrets/yidian/article/remove", "/tokens",
                "/tokens/x/revoke",
            ] {
                for token in [nil, "", "wrong", foreign] {
                    var fields = [
                        "decision": "approve", "replicas": "3", "scope-read": "on", "expires": "1d",
                    ]
                    fields["form-token"] = token
                    #expect(try await approver.post(address, fields).status == 403, "\(address)")
                }
                #expect(
                    try await approver.get(address).status == (address == "/tokens" ? 200 : 405), "\(address)"
                )
            }
            #expect(try await server.store.audit(AuditQuery()).allSatisfy { $0.action != "run.approve" })
        }
    }

    @Test func aRunIsCancelledAndOneThatFailedRetried() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let developer = try await Browser.signedIn(server, try await server.token("dev"))
            let cancelled = try await developer.submit([:], to: Self.run + "/cancel", from: Self.run)
            #expect(cancelled.status == 303)
            let stored = try await server.store.require(StoredRun.self, PageFixture.run.path)
            #expect(stored.status.cancelledBy == "dev")
            let retried = try await developer.submit(
                [:], to: "/runs/yidian/article/1/retry", from: "/runs/yidian/article/1")
            #expect(retried.status == 303, "\(retried.text)")
            #expect(
                try await server.store.require(StoredRun.self, "yidian/article/1").status.progress == .pending
            )
            // Pressed twice, as from another tab: the page says why not.
            let again = try await developer.submit([:], to: "/runs/yidian/article/1/retry", from: "/tokens")
            #expect(again.status == 409 && again.text.contains("only a failed or cancelled run is retried"))
        }
    }

    @Test func aWorkloadIsScaledByHandAndClearedAgain() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let developer = try await Browser.signedIn(server, try await server.token("dev"))
            let page = "/workloads/\(PageFixture.workload)"
            let wrong = try await developer.submit(["replicas": "many"], to: page + "/scale", from: page)
            #expect(wrong.status == 422 && wrong.text.contains("This was not done"))
            let scaled = try await developer.submit(
                ["replicas": "5", "until": "8h"], to: page + "/scale", from: page)
            #expect(scaled.status == 303)
            let override = try await server.store.require(StoredOverride.self, PageFixture.workload.path).spec
            #expect(override.replicas == 5 && override.until == server.clock.now + .minutes(480))
            #expect(try await developer.get(page).text.contains("dev set 5 instances until"))
            #expect(try await developer.submit([:], to: page + "/unscale", from: page).status == 303)
            #expect(try await server.store.get(StoredOverride.self, PageFixture.workload.path) == nil)
        }
    }

    @Test func aSecretGoesInAndIsNeverShown() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let admin = try await Browser.signedIn(server, try await server.token("ana"))
            let page = "/secrets/yidian/article"
            let set = try await admin.submit(
                ["variable": "DB_PASSWORD", "environment": "*", "value": "s3cr3t-value"], to: page + "/set",
                from: page)
            #expect(set.status == 303, "\(set.text)")
            let shown = try await admin.get(page).text
            #expect(
                shown.contains("DB_PASSWORD") && !shown.contains("s3cr3t-value")
                    && !shown.contains("is not set"))
            let wrong = try await admin.submit(
                ["variable": "not a name", "environment": "*", "value": "s3cr3t-value"], to: page + "/set",
                from: page)
            #expect(wrong.status == 422 && !wrong.text.contains("s3cr3t-value"))
            let needed = try await admin.submit(
                ["variable": "DB_PASSWORD", "environment": "*"], to: page + "/remove", from: page)
            #expect(needed.status == 409 && needed.text.contains("need the secret DB_PASSWORD"))
            let forced = try await admin.submit(
                ["variable": "DB_PASSWORD", "environment": "*", "force": "true"], to: page + "/remove",
                from: page)
            #expect(forced.status == 303)
            #expect(try await admin.get(page).text.contains("DB_PASSWORD is not set"))
        }
    }

    @Test func aTokenIsShownOnceAndRevoked() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let developer = try await Browser.signedIn(server, try await server.token("dev"))
            let made = try await developer.submit(
                ["scope-read": "on", "expires": "1d", "description": "a <b>"], to: "/tokens", from: "/tokens")
            #expect(made.status == 201)
            let text = try #require(made.text.firstMatch(of: /gantry_[a-z0-9_]+/)?.output)
            #expect(try await server.call("GET", "/v1/platform", token: String(text)).status == 200)
            let page = try await developer.get("/tokens").text
            #expect(!page.contains(text) && page.contains("a &lt;b&gt;"))
            let tooMuch = try await developer.submit(
                ["scope-admin": "on", "expires": "1d"], to: "/tokens", from: "/tokens")
            #expect(tooMuch.status == 403)
            let none = try await developer.submit(["expires": "1d"], to: "/tokens", from: "/tokens")
            #expect(none.status == 422)
            let ids = page.matches(of: /action="\/tokens\/([a-z0-9]+)\/revoke"/).map { String($0.1) }
            #expect(ids.count == 2)
            for id in ids where text.contains(id) {
                let gone = try await developer.submit([:], to: "/tokens/\(id)/revoke", from: "/tokens")
                #expect(gone.status == 303)
            }
            #expect(try await server.call("GET", "/v1/platform", token: String(text)).status == 401)
        }
    }

    @Test func aRollbackThatCannotBeSaysWhy() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let developer = try await Browser.signedIn(server, try await server.token("dev"))
            let page = "/services/yidian/article"
            let reply = try await developer.submit(
                ["environment": "production"], to: page + "/rollback", from: page)
            #expect(reply.status == 404 && reply.text.contains("no earlier release that ran well"))
            let begun = try await developer.submit(
                ["environment": "production", "release": "1"], to: page + "/rollback", from: page)
            #expect(
                begun.status == 303 && begun.headers["location"] == "/rollouts/yidian/article/2",
                "\(begun.text)")
        }
    }
}
