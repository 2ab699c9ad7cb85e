import Access
import GantryBase
import Model
import State
import StateSQLite
import Wire

@testable import API

/// A small installation for pages: one service that runs, with a run that waits for an approval.
struct PageFixture {
    static let service = ServiceName("yidian", "article")
    static let workload = WorkloadName(service, "production", "guangzhou")
    static let hostile = "<script>alert(1)</script>\" onload='x' \u{202E}gpj \u{1B}[31m"
    static let run = RunName(service, 2)

    static let stages = [
        StageTemplate(name: "quality", work: .steps([.checkout, .test])),
        StageTemplate(name: "sign-off", work: .approval(role: .approver)),
        StageTemplate(name: "production", work: .rollout(environment: "production")),
    ]

    /// - Parameter tail: goes behind texts that people write.
    static func fill(_ server: TestServer, tail: String = "") async throws {
        try await server.applyPlatform()
        let now = server.clock.now
        let labels = ["business": "yidian", "service": service.path]
        try await server.store.create(
            StoredRepository.self, service.path, spec: .init(service: service),
            status: .init(
                heads: [
                    "refs/heads/main": .init(
                        commit: String(repeating: "c", count: 40), author: "dev", at: now)
                ],
                numbers: ["run": 2, "release": 1, "rollout": 1]), labels: labels)
        try await server.store.create(
            StoredRelease.self, "\(service)/1", spec: release(at: now, tail), labels: labels)
        try await server.workload(workload.path, instances: ["aaaaaaaa", "bbbbbbbb"])
        try await server.workload("yisheng/doctor/production/guangzhou", instances: ["cccccccc"])
        try await server.store.create(
            StoredRepository.self, "yisheng/doctor", spec: .init(service: ServiceName("yisheng", "doctor")))
        try await addRun(server, 1, .failed, at: now, tail)
        try await addRun(server, 2, .waiting, at: now, tail)
        var rollout = RolloutStatus(phase: .progressing)
        rollout.regions = [RegionProgress(region: "guangzhou", phase: .progressing)]
        rollout.regions[0].reason = "waits for the secret DB_PASSWORD" + tail
        try await server.store.create(
            StoredRollout.self, "\(service)/1",
            spec: RolloutTarget(
                name: RolloutName(service, 1), environment: "production", release: ReleaseName(service, 1),
                regions: ["guangzhou"], lastGood: [:], cause: .run(RunName(service, 1)), createdAt: now),
            status: rollout, labels: labels.merging(["environment": "production", "active": "true"]) { $1 })
    }

    static func release(at now: Timestamp, _ tail: String = "") -> Release {
        var spec = ServiceSpec(
            name: service, language: Language("python", "3.11"), owner: ["team" + tail],
            command: ["python3", "main.py"], stop: StopSpec(discovery: "kubernetes", wait: .seconds(10)),
            secrets: ["DB_PASSWORD"], regions: ["guangzhou"])
        spec.health.readiness = Probe(.http(path: "/readyz", port: "http"))
        return Release(
            name: ReleaseName(service, 1), commit: String(repeating: "c", count: 40),
            artifact: "sha256:" + String(repeating: "0", count: 64),
            definition: ServiceDefinition(name: service, environments: ["production": spec]),
            configuration: [],
            run: RunName(service, 1), createdAt: now)
    }

    @discardableResult
    static func addRun(
        _ server: TestServer, _ number: Int, _ progress: Progress, at now: Timestamp, _ tail: String = ""
    ) async throws -> RunName {
        let name = RunName(service, number)
        let spec = RunSpec(
            name: name, commit: String(repeating: "c", count: 40), branch: "main" + tail, author: "dev",
            subject: "Read the cache" + tail, stages: stages, createdAt: now)
        var status = RunStatus()
        (status.progress, status.startedAt) = (progress, now)
        if progress.isFinal { status.finishedAt = now }
        status.stages = stages.map { StageStatus(name: $0.name) }
        status.stages[0].steps = [
            StepStatus(kind: .checkout), StepStatus(kind: .test, progress: progress, attempt: 1),
        ]
        if progress == .failed {
            status.stages[0].progress = .failed
            status.reason = "step test ended with exit status 1" + tail
        } else if progress == .waiting {
            status.stages[0].progress = .succeeded
            status.stages[0].steps = [
                .init(kind: .checkout, progress: .succeeded),
                .init(kind: .test, progress: .succeeded, attempt: 1),
            ]
            status.stages[1].progress = .waiting
        } else {
            status.stages[0].progress = progress
        }
        try await server.store.create(
            StoredRun.self, name.path, spec: spec, status: status,
            labels: [
                "business": "yidian", "service": service.path, "progress": progress.rawValue,
                "active": progress.isFinal ? "false" : "true",
            ])
        return name
    }
}
