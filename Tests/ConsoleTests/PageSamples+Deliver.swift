import Console
import GantryBase
import Model

// Runs, releases and rollouts.
extension PageSamples {
    var stages: [StageTemplate] {
        [
            StageTemplate(name: "quality", work: .steps([.checkout, .lint, .test])),
            StageTemplate(name: "package", work: .steps([.build, .release])),
            StageTemplate(name: "testing", work: .rollout(environment: "testing")),
            StageTemplate(name: "sign-off", work: .approval(role: .approver)),
            StageTemplate(name: "production", work: .rollout(environment: "production")),
        ]
    }

    func runSpec(_ number: Int, _ subject: String = "Read the cache before the database") -> RunSpec {
        RunSpec(
            name: RunName(service, number), commit: "9f2c1d7be1480aa6b2cc014d8b7a4a33c19d1e02",
            branch: "main" + tail, author: UserName("chen.yu" + tail), subject: subject + tail,
            stages: stages,
            createdAt: ago(900))
    }

    func runStatus(_ progress: Progress, until stage: Int, reason: String? = nil) -> RunStatus {
        var status = RunStatus()
        status.progress = progress
        status.startedAt = ago(880)
        if progress.isFinal { status.finishedAt = ago(300) }
        status.reason = reason.map { $0 + tail }
        status.stages = stages.enumerated().map { index, template in
            let own: Progress = index < stage ? .succeeded : index == stage ? progress : .pending
            var result = StageStatus(name: template.name, progress: own)
            if own != .pending { result.startedAt = ago(Int64(880 - index * 120)) }
            if own.isFinal { result.finishedAt = ago(Int64(800 - index * 120)) }
            if case .steps(let kinds) = template.work {
                result.steps = kinds.enumerated().map { place, kind in
                    let isLast = place == kinds.count - 1
                    var step = StepStatus(
                        kind: kind,
                        progress: index < stage || !isLast ? (own == .pending ? .pending : .succeeded) : own,
                        attempt: own == .pending ? 0 : 1)
                    if own != .pending {
                        step.startedAt = ago(Int64(870 - index * 100 - place * 20))
                        step.finishedAt = ago(Int64(860 - index * 100 - place * 20))
                    }
                    return step
                }
            }
            return result
        }
        return status
    }

    var runItems: [RunSummary] {
        let cases: [(Progress, Int, String?)] = [
            (.running, 1, nil), (.waiting, 3, nil), (.failed, 0, "test: 2 of 148 tests failed"),
            (.succeeded, 5, nil),
            (.cancelled, 2, nil), (.succeeded, 5, nil),
        ]
        return cases.enumerated().map { index, item in
            RunSummary(runSpec(128 - index), runStatus(item.0, until: item.1, reason: item.2))
        }
    }

    var runs: RunsPage { RunsPage(.items(runItems), place: ListPlace(nextAddress: "/runs?after=12")) }
    var runsOfService: RunsPage { RunsPage(.items(runItems), service: service) }

    func waitingRun(_ permission: Permission) -> RunPage {
        RunPage(
            runSpec(127), runStatus(.waiting, until: 3),
            approval: .init(
                stage: "sign-off" + tail, role: .approver, permission: permission,
                environments: ["production"],
                overtakenBy: permission.isAllowed ? RunName(service, 128) : nil), operate: permission,
            output: .items(logLines))
    }

    var logLines: [String] {
        ["== stage quality / step test (attempt 1) ==" + tail]
            + (0..<12).map { "test_article.ArticleTests.test_reads_cache_\($0) ... ok" + tail } + [
                "", "Ran 148 tests in 12.301s", "OK",
            ]
    }

    var failedRun: RunPage {
        var status = runStatus(.failed, until: 0, reason: "stage quality: step test ended with exit status 1")
        status.stages[0].steps[2].tests = TestSummary(
            passed: 146, failed: 2, skipped: 0,
            failures: ["ArticleTests.test_reads_cache" + tail, "ArticleTests.test_expires"])
        return RunPage(
            runSpec(126), status, operate: .allowed, output: .items(logLines + ["FAILED (failures=2)"]),
            omitted: 3120)
    }

    var pendingRun: RunPage {
        var status = RunStatus()
        status.stages = stages.map { StageStatus(name: $0.name) }
        return RunPage(runSpec(129), status, operate: .allowed)
    }

    var releaseItems: [ReleaseSummary] {
        (0..<6).map { index in
            ReleaseSummary(
                releaseValue(24 - index),
                environments: index == 0 ? ["testing", "staging"] : index == 2 ? ["production"] : [])
        }
    }

    func releaseValue(_ number: Int) -> Release {
        let spec = ServiceSpec(
            name: service, language: Language("python", "3.11"), command: ["python3", "main.py"],
            stop: StopSpec(discovery: "kubernetes", wait: .seconds(10)), regions: regions)
        return Release(
            name: ReleaseName(service, number), commit: "9f2c1d7be1480aa6b2cc014d8b7a4a33c19d1e02",
            artifact: "sha256:4a33c19d1e029f2c1d7be1480aa6b2cc014d8b7a9f2c1d7be1480aa6b2cc014d",
            definition: ServiceDefinition(
                name: service, environments: ["testing": spec, "production": spec]),
            configuration: [ConfigurationFile(path: "conf/app.toml" + tail, content: "x")],
            run: RunName(service, number + 100), createdAt: ago(Int64((25 - number) * 40_000)))
    }

    var releases: ReleasesPage {
        ReleasesPage(.items(releaseItems), place: ListPlace(nextAddress: "/releases?after=9"))
    }

    var release: ReleasePage {
        ReleasePage(
            releaseValue(24), workloads: regions.map { standing(service, "production", $0) },
            operate: .allowed)
    }

    func target(_ number: Int) -> RolloutTarget {
        RolloutTarget(
            name: RolloutName(service, number), environment: "production", release: ReleaseName(service, 24),
            regions: regions,
            lastGood: ["guangzhou": ReleaseName(service, 23), "nanjing": ReleaseName(service, 23)],
            cause: number % 2 == 0 ? .run(RunName(service, 127)) : .rollback(by: UserName("li.na" + tail)),
            createdAt: ago(600))
    }

    func rolloutStatus(_ phase: RolloutStatus.Phase, reason: String?) -> RolloutStatus {
        let phases: [RegionProgress.Phase] =
            phase == .succeeded
            ? [.healthy, .healthy, .healthy, .healthy]
            : [.healthy, phase == .failed ? .returned : .progressing, .waiting, .waiting]
        var status = RolloutStatus(
            phase: phase,
            regions: zip(regions, phases).map { region, phase in
                var progress = RegionProgress(region: region, phase: phase)
                if phase != .waiting { progress.startedAt = ago(500) }
                if phase == .healthy { progress.finishedAt = ago(430) }
                if phase == .progressing || phase == .returned { progress.reason = reason.map { $0 + tail } }
                return progress
            })
        if phase.isFinal { status.finishedAt = ago(120) }
        return status
    }

    static let waits =
        "waits for the secret DB_PASSWORD: set it with gantry secret set yidian/article DB_PASSWORD"
    static let broke = """
        1 of 3 instances ready after 2 min: readiness: GET /readyz answered 503
        the last lines of its output:
        KeyError: 'DATABASE_URL'
        """

    var rollouts: RolloutsPage {
        let items: [(Int, RolloutStatus.Phase, String?)] = [
            (41, .progressing, Self.waits), (40, .failed, Self.broke), (39, .succeeded, nil),
            (38, .cancelled, nil),
        ]
        return RolloutsPage(
            .items(items.map { RolloutSummary(target($0.0), rolloutStatus($0.1, reason: $0.2)) }))
    }

    var waitingRollout: RolloutPage {
        RolloutPage(
            target(41), rolloutStatus(.progressing, reason: Self.waits),
            workloads: regions.map {
                standing(service, "production", $0, $0 == "nanjing" ? .progressing : .ready)
            })
    }

    var failedRollout: RolloutPage {
        RolloutPage(
            target(40), rolloutStatus(.failed, reason: Self.broke),
            workloads: regions.map { standing(service, "production", $0, release: 23) })
    }
}
