import Access
import Console
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import API

/// What the console's lists are made of, and how long they take in a large installation.
@Suite struct SurveyTests {
    private func service(_ content: SurveyContent, _ name: String) -> SurveyContent.Service? {
        content.services.first { $0.name.path == name }
    }

    @Test func whatWasCommittedBeforeAPageIsOnIt() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let survey = Survey(store: server.store)
            let first = try await survey.current()
            #expect(first.services.map(\.name.path) == ["yidian/article", "yisheng/doctor"])
            #expect(first.activeRuns.keys.map(\.number) == [2] && first.activeRollouts.count == 1)
            #expect(service(first, "yidian/article")?.run?.name.number == 2)
            try await server.workload("yidian/article/production/nanjing", instances: ["dddddddd"])
            try await server.store.mutate(StoredWorkload.self, PageFixture.workload.path) {
                $0.status.problem = "no room"
            }
            var content = try await survey.current()
            #expect(
                service(content, "yidian/article")?.workloads.map(\.condition) == [.failed, .progressing])
            try await server.store.create(
                StoredOverride.self, PageFixture.workload.path,
                spec: WorkloadOverride(replicas: 1, author: "dev", createdAt: server.clock.now))
            content = try await survey.current()
            #expect(service(content, "yidian/article")?.workloads.first?.isOverridden == true)
            let stored = try await server.store.require(
                StoredWorkload.self, "yidian/article/production/nanjing")
            try await server.store.remove(stored)
            try await server.store.mutate(StoredRun.self, PageFixture.run.path) {
                $0.status.progress = .cancelled
            }
            content = try await survey.current()
            #expect(service(content, "yidian/article")?.workloads.count == 1 && content.activeRuns.isEmpty)
        }
    }

    @Test func whatNeedsSomebodyStandsOnTheOverviewTheWorstFirst() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            try await server.store.mutate(StoredWorkload.self, PageFixture.workload.path) {
                $0.status.problem = "the cluster has no room"
            }
            try await server.store.mutate(StoredWorkload.self, "yisheng/doctor/production/guangzhou") {
                $0.status.instances[0].phase = .unready
            }
            let browser = try await Browser.signedIn(server, try await server.admin())
            let text = try await browser.get("/").text
            let failed = try #require(text.range(of: "the cluster has no room")?.lowerBound)
            let waiting = try #require(text.range(of: "href=\"/runs/yidian/article/2\"")?.lowerBound)
            let unready = try #require(
                text.range(of: "href=\"/workloads/yisheng/doctor/production/guangzhou\"")?.lowerBound)
            #expect(failed < waiting && waiting < unready)
            // Run 1 failed and run 2 came after it: nobody need look at it any more.
            let attention = text[..<(text.range(of: "Environments and regions")?.lowerBound ?? text.endIndex)]
            #expect(!attention.contains("yidian/article/1\""))
        }
    }

    @Test func aThousandServicesAreShownInPagesThatStayLight() async throws {
        try await TestServer.with { server in
            try await LargeInstallation.fill(server)
            let browser = try await Browser.signedIn(server, try await server.admin())
            let started = ContinuousClock.now
            _ = try await browser.get("/")
            print("survey of 16,000 workloads: \(ContinuousClock.now - started) for the first page")
            for address in [
                "/", "/overview/part", "/businesses", "/services", "/services?q=service4",
                "/services?show=attention",
                "/services/unit3/service7", "/workloads", "/workloads?state=attention", "/releases",
                "/secrets",
                "/workloads?environment=production&region=nanjing&after=unit9/service9/production/nanjing",
            ] {
                _ = try await browser.get(address)
                let start = ContinuousClock.now
                let reply = try await browser.get(address)
                let taken = ContinuousClock.now - start
                #expect(reply.status == 200, "\(address): \(reply.status)")
                #expect(reply.body.count < 150_000, "\(address) has \(reply.body.count) bytes")
                print("\(address): \(reply.body.count) bytes in \(taken)")
            }
            let overview = try await browser.get("/").text
            #expect(overview.contains("16,000") && overview.contains("1,000"))
            #expect(try await browser.get("/workloads?state=attention").text.contains("160 workloads"))
        }
    }
}

/// 20 businesses of 50 services, each in 4 environments and 4 regions, with two instances a workload.
enum LargeInstallation {
    static let regions: [RegionName] = ["guangzhou", "nanjing", "tianjin", "hongkong"]
    static let environments: [EnvironmentName] = ["development", "testing", "staging", "production"]

    static func fill(_ server: TestServer) async throws {
        let businesses = (0..<20).map { BusinessName("unit\($0)") }
        let bound = Dictionary(uniqueKeysWithValues: regions.map { ($0, ClusterName("main")) })
        try await server.store.create(
            StoredPlatform.self, StoredPlatform.name,
            spec: PlatformSpec(
                name: "company", businesses: businesses.map { Business(name: $0) },
                regions: regions.map { Region(name: $0) },
                clusters: [Cluster(name: "main", kind: .kubernetes)],
                environments: environments.map { EnvironmentSpec(name: $0, regions: bound) }, pipelines: [:]))
        for business in businesses {
            // 50 services are 900 changes: one commit.
            let changes = try (0..<50).flatMap {
                try Self.changes(ServiceName(business, "service\($0)"), $0, server)
            }
            try await server.store.commit(changes, audit: [])
        }
    }

    private static func changes(_ service: ServiceName, _ number: Int, _ server: TestServer) throws
        -> [StateChange]
    {
        let now = server.clock.now
        var spec = PageFixture.release(at: now)
        spec.name = ReleaseName(service, 1)
        let labels = ["business": service.business.text, "service": service.path]
        var changes: [StateChange] = [
            try .create(StoredRepository.self, service.path, spec: .init(service: service), labels: labels),
            try .create(StoredRelease.self, spec.name.path, spec: spec, labels: labels),
        ]
        for environment in environments {
            for region in regions {
                let name = WorkloadName(service, environment, region)
                // One of a hundred is not ready, as on a bad day.
                let isBad = number % 25 == 0 && environment == "production"
                let instances = ["aaaaaaaa", "bbbbbbbb"].enumerated().map { index, id in
                    InstanceStatus(
                        name: InstanceName(name, id), release: spec.name,
                        phase: isBad && index == 1 ? .unready : .ready,
                        addresses: ["http": "10.0.0.1:8080"],
                        reason: isBad && index == 1 ? "readiness: GET /readyz answered 503" : nil,
                        startedAt: now,
                        changedAt: now, generation: "0123456789abcdef")
                }
                changes.append(
                    try .create(
                        StoredWorkload.self, name.path,
                        spec: WorkloadSpec(cluster: "main", release: spec.name, replicas: 2),
                        status: WorkloadStatus(
                            instances: instances,
                            accepted: AcceptedTarget(
                                release: spec.name, replicas: 2, generation: "0123456789abcdef")),
                        labels: labels.merging(["environment": environment.text, "region": region.text]) {
                            $1
                        }))
            }
        }
        return changes
    }
}
