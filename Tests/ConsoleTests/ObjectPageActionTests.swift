import Console
import GantryBase
import Model
import Testing

/// What a page offers, to whom.
@Suite struct ObjectPageActionTests {
    private let samples = PageSamples()

    private func root(_ page: some ConsolePage) throws -> Markup.Element {
        try Markup(page.render(context()).string).root
    }

    private func actions(_ page: some ConsolePage) throws -> Set<String> {
        Set(
            try root(page).all("form").filter { $0["method"] == "post" && $0["action"] != "/sign-out" }
                .compactMap {
                    $0["action"]?.split(separator: "/").last.map(String.init)
                })
    }

    @Test func anApprovalIsOfferedToThoseAloneWhoMayGiveIt() throws {
        #expect(try actions(samples.waitingRun(.allowed)) == ["decide", "cancel"])
        #expect(try actions(samples.waitingRun(.takes("approver"))).isEmpty)
        #expect(try root(samples.waitingRun(.takes("approver"))).text.contains("It takes the role approver."))
        let buttons = try root(samples.waitingRun(.allowed)).all("button").filter { $0["name"] == "decision" }
        #expect(buttons.map { $0["value"] } == ["approve", "reject"])
    }

    @Test func goingBackToOlderCodeTakesAWord() throws {
        var page = samples.waitingRun(.allowed)
        #expect(try root(page).all("input").contains { $0["name"] == "force" })
        page.approval?.overtakenBy = nil
        #expect(try !root(page).all("input").contains { $0["name"] == "force" })
    }

    @Test func aRunIsRetriedOrCancelledByItsState() throws {
        #expect(try actions(samples.failedRun) == ["retry"])
        #expect(try actions(samples.pendingRun) == ["cancel"])
        var page = samples.failedRun
        page.status.progress = .succeeded
        #expect(try actions(page).isEmpty)
        page.status.progress = .running
        page.status.cancelledBy = "li.na"
        #expect(try !root(page).all("button").contains { $0["data-dialog"] == "cancel-run" })
    }

    @Test func aLogThatGoesOnIsFollowedAndOneThatEndedIsNot() throws {
        let live = try root(samples.waitingRun(.allowed)).all("ol").first { $0.classes == ["log-lines"] }
        #expect(live?["data-stream"] == "/runs/yidian/article/127/log")
        let ended = try root(samples.failedRun)
        #expect(!ended.all.contains { $0["data-stream"] != nil || $0["data-poll"] != nil })
        #expect(ended.text.contains("3,120 earlier lines are not shown"))
    }

    @Test func whyARolloutWaitsStandsOnItsPageAndInItsList() throws {
        #expect(try root(samples.waitingRollout).text.contains("waits for the secret DB_PASSWORD"))
        #expect(try root(samples.rollouts).text.contains("waits for the secret DB_PASSWORD"))
    }

    @Test func secretsAreSetAndRemovedByThoseAloneWhoMay() throws {
        #expect(try actions(samples.secrets(.allowed)) == ["set", "remove"])
        let viewer = try root(samples.secrets(.takes("admin")))
        #expect(try actions(samples.secrets(.takes("admin"))).isEmpty)
        #expect(viewer.text.contains("It takes the role admin.") && viewer.text.contains("DB_PASSWORD"))
    }

    @Test func aNewTokenStandsThereOnceAndEveryOneCanBeRevoked() throws {
        let page = samples.tokens
        #expect(try root(page).all("code").contains { $0.text == page.made })
        #expect(try root(page).all("form").filter { $0["action"]?.hasSuffix("/revoke") == true }.count == 3)
        var reader = page
        (reader.made, reader.scopes) = (nil, [])
        #expect(try !actions(reader).contains("tokens"))
    }

    @Test func everyNameIsEncodedInAnAddress() {
        let name = ServiceName("a b", "?x=1&y#z%\u{202E}")
        #expect(Address.service(name) == "/services/a%20b/%3Fx%3D1%26y%23z%25%E2%80%AE")
        #expect(Address.query("/x", [("a", "&="), ("b", nil), ("c", "")]) == "/x?a=%26%3D")
    }
}

/// How a workload's state comes to one word.
@Suite struct WorkloadStandingTests {
    private let service = ServiceName("yidian", "article")

    private func standing(
        _ phases: [InstanceStatus.Phase], wanted: Int = 2, accepted: Int? = 3, problem: String? = nil
    ) -> WorkloadStanding {
        let name = WorkloadName(service, "production", "guangzhou")
        let samples = PageSamples()
        var status = WorkloadStatus(
            instances: phases.map { samples.instance(name, $0, release: 3) }, problem: problem)
        status.accepted = accepted.map {
            AcceptedTarget(release: ReleaseName(service, $0), replicas: wanted, generation: "")
        }
        return WorkloadStanding(
            name, WorkloadSpec(cluster: "local", release: ReleaseName(service, 3), replicas: wanted), status)
    }

    @Test func theWorstInstanceTells() {
        #expect(standing([.ready, .ready]).condition == .ready)
        #expect(standing([.ready, .ready, .stopping]).condition == .ready)
        #expect(standing([.ready, .crashing]).condition == .failed)
        #expect(standing([.ready, .ready], problem: "no room").condition == .failed)
        #expect(standing([.ready, .lost]).condition == .lost)
        #expect(standing([.ready, .unready]).condition == .unready)
        #expect(standing([.ready, .starting]).condition == .progressing)
        #expect(standing([], accepted: nil).condition == .progressing)
        #expect(standing([], wanted: 0).condition == .stopped)
        #expect(standing([.stopping], wanted: 0).condition == .progressing)
    }

    @Test func theReasonIsOneLineAndOnlyWhereSomethingIsWrong() {
        #expect(
            standing([.ready, .unready]).reason == "readiness: GET /readyz answered 503 Service Unavailable")
        #expect(standing([.ready, .ready]).reason == nil)
        #expect(standing([.ready, .crashing], problem: "a\nb").reason == "a")
        #expect(WorkloadStanding.firstLine(String(repeating: "x", count: 999)).count == 241)
    }
}
