import Foundation
import GantryBase
import Model

/// The story of the demo, each step told with its time, each claim checked by asking the server and the services.
struct Demo: Sendable {
    let server: DemoServer
    let examples: String
    /// Where the pushed repositories lie on the developer's side.
    let workspace: String
    let withoutIsolation: Bool

    static let development: EnvironmentName = "development"
    static let production: EnvironmentName = "production"
    /// Callees first, so that each finds those that it calls.
    static let services = ["yisheng/doctor", "yiyao/medicine", "yidian/article", "yidian/portal"]
        .compactMap(ServiceName.init(path:))
    static let frontDoor = ServiceName("yidian", "portal")
    static let host = "clinic.example.com"
    /// A run that has not come to its next halt after this long will not.
    static let runLimit = Period.minutes(6)

    func run() async throws -> DemoReport {
        let began = TimeSource.wall.now()
        var report = DemoReport(server: server.address)
        let admin = APIClient(server: server.address, token: server.token)
        let people = try await DemoPeople.sign(in: admin, platform: platformText())
        report.tell("the server is up at \(server.address) and the platform is applied")

        try await push(people, &report)
        let first = try await approve(Self.services, people, &report)
        report.claim(
            "every service runs in \(first.regions.count) regions of production",
            first.regions.count == 4 && first.services == Self.services.count, "\(first.services) services")
        let before = try await people.approver.release(of: Self.frontDoor, in: Self.production)
        try await checkAnswers(people, release: before, "after the first rollout", &report)

        let after = try await update(people, &report)
        report.claim("the update made a new release", after != before, "\(before) then \(after)")
        try await rollBack(to: before, from: after, people, &report)
        try await observe(people, since: began, &report)
        report.workloads = try await people.approver.all("/v1/workloads")
        return report
    }

    private func platformText() throws -> String {
        let text = try InputFile.read(examples + "/platform.yaml")
        return withoutIsolation ? text + "\nisolation: none\n" : text
    }

    // MARK: steps

    private func push(_ people: DemoPeople, _ report: inout DemoReport) async throws {
        for service in Self.services { try await createRepository(service, people.developer) }
        var started: [ServiceName: ContinuousClock.Instant] = [:]
        for service in Self.services {
            let git = try await people.repository(
                of: service, in: workspace, from: "\(examples)/services/\(service)")
            started[service] = .now
            try await git.git("push", "--quiet", "origin", "main")
            report.tell("pushed \(service)")
        }
        for service in Self.services {
            let run = try await people.developer.newestRun(of: service)
            let halted = try await people.developer.halted(run.spec.name, within: Self.runLimit)
            try halted.require(.waiting)
            let stage = halted.status.stages.first { $0.name == Self.development.text }
            let start = run.createdAt
            let took = (stage?.finishedAt ?? TimeSource.wall.now()) - start
            report.times.append(("\(service): push to running in development", took))
            report.tell("\(service) runs in development, \(Age.text(took)) after its push")
        }
        let workloads: [ObjectView<StoredWorkload>] = try await people.developer.all(
            "/v1/workloads", [("label.environment", Self.development.text)])
        let healthy = workloads.count { $0.status.ready(of: $0.spec.release) >= $0.spec.replicas }
        report.claim(
            "every push ran check out, lint, test, build, release and rolled out to development",
            healthy == Self.services.count, "\(healthy) of \(Self.services.count) workloads are ready")
    }

    /// Approves what waits and waits for production.
    private func approve(
        _ services: [ServiceName], _ people: DemoPeople, _ report: inout DemoReport
    ) async throws -> (services: Int, regions: Set<RegionName>) {
        var done = 0
        var regions: Set<RegionName> = []
        for service in services {
            let run = try await people.approver.newestRun(of: service)
            try await people.approver.decide(
                run.spec.name, approved: true, comment: "looks good in development")
            let start = ContinuousClock.now
            let ended = try await people.approver.halted(run.spec.name, within: Self.runLimit)
            try ended.require(.succeeded)
            report.times.append(("\(service): approval to running in production", .since(start)))
            report.tell("\(service) runs in production, \(Age.text(.since(start))) after its approval")
            let workloads: [ObjectView<StoredWorkload>] = try await people.approver.all(
                "/v1/workloads", [("prefix", service.path + "/\(Self.production)/")])
            let ready = workloads.filter { $0.status.ready(of: $0.spec.release) >= $0.spec.replicas }
            if ready.count == workloads.count, !workloads.isEmpty { done += 1 }
            regions.formUnion(ready.compactMap { WorkloadName(path: $0.name)?.region })
        }
        return (done, regions)
    }

    /// Pushes a change of the front door and counts every answer while it replaces the old one.
    private func update(_ people: DemoPeople, _ report: inout DemoReport) async throws -> ReleaseName {
        let git = LocalGit(folder: "\(workspace)/\(Self.frontDoor)", environment: people.gitEnvironment)
        let file = git.folder + "/README.md"
        try (InputFile.read(file) + "\nChanged by the demo.\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        try await git.git("commit", "--quiet", "--all", "--message", "Change the front door")
        try await git.git("push", "--quiet", "origin", "main")
        let run = try await people.developer.newestRun(of: Self.frontDoor)
        try await people.developer.halted(run.spec.name, within: Self.runLimit).require(.waiting)
        report.tell("pushed a change of \(Self.frontDoor); it runs in development")
        let traffic = try await Traffic.start(through: doors(people), host: Self.host)
        let start = ContinuousClock.now
        try await people.approver.decide(run.spec.name, approved: true, comment: nil)
        let ended = try await people.approver.halted(run.spec.name, within: Self.runLimit)
        let count = await traffic.stop()
        try ended.require(.succeeded)
        report.times.append(("rolling update of two instances in four regions", .since(start)))
        report.tell("updated under traffic in \(Age.text(.since(start))): \(count.text)")
        report.claim("nothing was lost during the rolling update", count.isClean, count.text)
        report.add(count)
        let release = try await people.approver.release(of: Self.frontDoor, in: Self.production)
        try await checkAnswers(people, release: release, "after the update", &report)
        return release
    }

    private func rollBack(
        to before: ReleaseName, from after: ReleaseName, _ people: DemoPeople, _ report: inout DemoReport
    ) async throws {
        let traffic = try await Traffic.start(through: doors(people), host: Self.host)
        let start = ContinuousClock.now
        let rollout = try await people.approver.rollBack(Self.frontDoor, in: Self.production)
        let ended = try await people.approver.finished(rollout.spec.name)
        let count = await traffic.stop()
        report.times.append(("rollback in four regions", .since(start)))
        report.tell("rolled back under traffic in \(Age.text(.since(start))): \(count.text)")
        report.claim("the rollback succeeded", ended.status.phase == .succeeded, ended.status.reason ?? "")
        report.claim("nothing was lost during the rollback", count.isClean, count.text)
        report.add(count)
        try await checkAnswers(people, release: before, "after the rollback", &report)
    }

    private func doors(_ people: DemoPeople) async throws -> [RegionName: String] {
        let regions: ListView<RegionView> = try await people.approver.get("/v1/regions")
        var doors: [RegionName: String] = [:]
        for item in regions.items where item.environment == Self.production {
            doors[item.region] = item.frontDoor
        }
        return doors
    }

    /// Asks each region's front door until all its instances have answered, and looks which release they are of.
    private func checkAnswers(
        _ people: DemoPeople, release: ReleaseName, _ when: String, _ report: inout DemoReport
    ) async throws {
        let doors = try await doors(people)
        var wrong: [String] = []
        for (region, door) in doors.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<8 {
                let answer = try await FrontDoor(address: door, host: Self.host).ask("/articles/1")
                report.asked += 1
                if answer.status != 200 { wrong.append("\(region): status \(answer.status)") }
                if answer.region != region.text {
                    wrong.append("\(region): answered by \(answer.region ?? "nobody")")
                }
                if answer.release.flatMap(ReleaseName.init(path:)) != release {
                    wrong.append("\(region): release \(answer.release ?? "unknown")")
                }
            }
        }
        report.claim(
            "each region's front door answers with release \(release) \(when)",
            wrong.isEmpty && doors.count == 4,
            wrong.first ?? "\(doors.count) regions")
    }
}
