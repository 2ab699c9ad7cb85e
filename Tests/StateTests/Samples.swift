import Access
import GantryBase
import Model

/// One value of each stored kind, with every optional member there.
enum Sample {
    static let service = ServiceName("yidian", "article")
    static let time = Timestamp(milliseconds: 1_795_528_800_123)
    static let later = time + .seconds(90)

    static let platform = PlatformSpec(
        name: "clinic",
        businesses: [
            Business(
                name: "yidian", title: "医典", serviceNames: "[a-z]+",
                members: ["ana": .developer, "boss": .admin, "*": .viewer], pipeline: "careful")
        ],
        regions: [Region(name: "guangzhou", title: "广州"), Region(name: "nanjing")],
        clusters: [Cluster(name: "here", kind: .local), Cluster(name: "tke", kind: .kubernetes)],
        environments: [
            EnvironmentSpec(name: "development", regions: ["guangzhou": "here"]),
            EnvironmentSpec(name: "production", regions: ["guangzhou": "here", "nanjing": "tke"]),
        ],
        pipelines: [
            "careful": [
                StageTemplate(name: "build", work: .steps([.checkout, .lint, .test, .build, .release])),
                StageTemplate(name: "approval", work: .approval(role: .approver)),
                StageTemplate(name: "production", work: .rollout(environment: "production")),
            ]
        ],
        protectedBranches: ["main", "release/*"], isolation: .business)

    static let repository = StoredRepository.Spec(service: service, defaultBranch: "main")
    static let heads = StoredRepository.Status(heads: [
        "refs/heads/main": .init(commit: "0123456789abcdef0123456789abcdef01234567", author: "ana", at: time)
    ])

    private static let spec = ServiceSpec(
        name: service, language: Language("python", "3.11"), owner: ["yidian-backend"],
        build: BuildSpec(
            lint: "ruff check", test: "python3 -m unittest", command: "make", output: ["main.py", "conf"]),
        command: ["python3", "main.py"],
        ports: [PortSpec(name: "http", port: 8080), PortSpec(name: "rpc", port: 9000, transport: .tcp)],
        calls: [ServiceName("yisheng", "doctor")],
        health: HealthSpec(
            startup: Probe(.http(path: "/healthz", port: "http"), period: .seconds(1), failures: 60),
            readiness: Probe(.tcp(port: "http"), delay: .seconds(1), timeout: .milliseconds(500)),
            liveness: Probe(.exec(command: ["true"]), successes: 2)),
        stop: StopSpec(discovery: "polaris", wait: .seconds(10), drain: .seconds(20)),
        scale: ScaleSpec(min: 2, max: 20, cpu: 60, rps: 200),
        rollout: RolloutSpec(surge: 2, unavailable: 1, deadline: .minutes(5)),
        expose: [Exposure(host: "articles.example.com", path: "/")], env: ["LOG_LEVEL": "info"],
        configFiles: ["conf/app.toml"], secrets: ["DB_PASSWORD"], egress: ["mysql.internal:3306"],
        regions: ["guangzhou", "nanjing"])

    static let release = Release(
        name: ReleaseName(service, 12), commit: "0123456789abcdef0123456789abcdef01234567",
        artifact: "sha256:" + String(repeating: "ab", count: 32),
        definition: ServiceDefinition(name: service, environments: ["production": spec]),
        configuration: [ConfigurationFile(path: "conf/app.toml", content: "greeting = \"您好\"\n")],
        run: RunName(service, 14), createdAt: time)

    static let run = RunSpec(
        name: RunName(service, 14), commit: "0123456789abcdef0123456789abcdef01234567", branch: "main",
        author: "ana", subject: "Say 您好", stages: platform.pipelines["careful"] ?? [], createdAt: time)

    static let runStatus: RunStatus = {
        var step = StepStatus(kind: .test, progress: .failed, attempt: 2)
        (step.startedAt, step.finishedAt, step.reason) = (time, later, "2 tests failed")
        step.tests = TestSummary(passed: 10, failed: 2, skipped: 1, failures: ["test_a", "test_b"])
        step.result = StepResult(
            exitCode: 1, droppedOutputBytes: 7, startedAt: time, finishedAt: later)
        var killed = StepStatus(kind: .build, progress: .failed, attempt: 1)
        killed.result = StepResult(
            signal: 9, timedOut: true, outOfMemory: true, exceeded: "more than 10Gi of disk", startedAt: time,
            finishedAt: later)
        var missing = StepStatus(kind: .lint, progress: .failed, attempt: 1)
        missing.result = StepResult(
            startFailure: "ruff: no such file", startedAt: time, finishedAt: later)
        var build = StageStatus(name: "build", progress: .failed, steps: [missing, step, killed])
        (build.startedAt, build.finishedAt, build.reason) = (time, later, "test failed")
        var approval = StageStatus(name: "approval", progress: .succeeded)
        approval.decision = Decision(approved: true, by: "boss", at: later, comment: "good")
        var rollout = StageStatus(name: "production", progress: .cancelled)
        rollout.rollout = RolloutName(service, 3)
        var status = RunStatus()
        (status.progress, status.stages) = (.failed, [build, approval, rollout])
        (status.startedAt, status.finishedAt, status.reason) = (time, later, "build failed")
        (status.release, status.cancelledBy) = (ReleaseName(service, 12), "boss")
        return status
    }()

    static let rollout = RolloutTarget(
        name: RolloutName(service, 3), environment: "production", release: ReleaseName(service, 12),
        regions: ["guangzhou", "nanjing"], lastGood: ["guangzhou": ReleaseName(service, 11)],
        cause: .run(RunName(service, 14)), createdAt: time)

    static let rolloutStatus: RolloutStatus = {
        var region = RegionProgress(region: "guangzhou", phase: .returned)
        (region.startedAt, region.finishedAt, region.progressedAt) = (time, later, time)
        (region.bestReady, region.reason) = (1, "did not become ready: connection refused")
        var status = RolloutStatus(phase: .failed, regions: [region, RegionProgress(region: "nanjing")])
        (status.reason, status.finishedAt) = ("guangzhou did not become healthy", later)
        status.cancelledBy = "yidian/article/4"
        return status
    }()

    static let workload = WorkloadSpec(
        cluster: "here", release: ReleaseName(service, 12), replicas: 2, rollout: RolloutName(service, 3))

    static let workloadStatus: WorkloadStatus = {
        let name = WorkloadName(service, "production", "guangzhou")
        return WorkloadStatus(
            instances: [
                InstanceStatus(
                    name: InstanceName(name, "x7k2m9pq"), release: ReleaseName(service, 12), phase: .crashing,
                    addresses: ["http": "127.0.0.1:30123"], restarts: 3, reason: "exit status 1",
                    startedAt: time, changedAt: later)
            ], problem: "port 8080 is taken",
            accepted: AcceptedTarget(release: ReleaseName(service, 12), replicas: 2, generation: "0123abcd"))
    }()

    static let override = WorkloadOverride(replicas: 5, author: "boss", createdAt: time, until: later)

    static let token = StoredToken.Spec(
        user: "ana", scopes: [.read, .push], hash: String(repeating: "cd", count: 32), createdAt: time,
        expiresAt: later, description: "laptop")

    static let secret = StoredSecret.Spec(
        key: "0a1b2c3d", sealed: "bm9uY2UgYW5kIGNpcGhlcnRleHQ=",
        fingerprint: String(repeating: "ef", count: 16),
        setBy: "boss", setAt: time)
}
