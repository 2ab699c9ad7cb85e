import Console
import GantryBase
import Model
import State

extension Routes {
    var overviewPages: [Route] {
        [
            .page("/") { call in .page(try await overview(call), call) },
            .page("/overview/part") { call in .part(try await overview(call), call) },
        ]
    }

    /// Rows of what needs somebody: more cannot be looked after at once, and the lists have the rest.
    private static let attentionRows = 15
    /// A run or rollout that failed longer ago is history.
    private static let attentionPeriod = Period.minutes(7 * 24 * 60)

    private func overview(_ call: PageCall) async throws -> OverviewPage {
        guard let platform = try await platform() else { return OverviewPage(platform: nil) }
        let (content, services) = try await visible(call, for: "overview.get")
        let attention = attention(of: services, content, call.context.now)
        var page = OverviewPage(
            platform: platform.name, attention: Array(attention.prefix(Self.attentionRows)),
            attentionTotal: attention.count, environments: platform.environments.map(\.name),
            regions: platform.regions.map(\.name))
        let visible = Set(services.map(\.name))
        page.numbers.services = services.count
        page.numbers.businesses = Set(services.map(\.name.business)).count
        for service in services {
            for workload in service.workloads {
                page.numbers.workloads += 1
                page.numbers.instances += workload.instances
                page.places[workload.name.environment, default: [:]][
                    workload.name.region, default: OverviewPage.Place()
                ].count(workload)
            }
        }
        page.numbers.readyWorkloads = page.places.values.flatMap(\.values).reduce(0) { $0 + $1.ready }
        let runs = content.activeRuns.values.filter { visible.contains($0.name.service) }
        page.numbers.activeRuns = runs.count
        page.numbers.approvals = runs.count { $0.progress == .waiting }
        page.numbers.activeRollouts = content.activeRollouts.keys.count { visible.contains($0.service) }
        page.runs = .items(
            try await recent(StoredRun.self, limit: Self.shortRows, call).objects.map {
                RunSummary($0.spec, $0.status)
            })
        page.rollouts = .items(
            try await recent(StoredRollout.self, limit: Self.shortRows, call).objects.map {
                RolloutSummary($0.spec, $0.status)
            })
        return page
    }

    /// The worst first: what failed, then whoever waits for a person, then what is not ready.
    private func attention(
        of services: [SurveyContent.Service], _ content: SurveyContent, _ now: Timestamp
    ) -> [OverviewPage.Attention] {
        let since = now - Self.attentionPeriod
        var (failed, unready): ([OverviewPage.Attention], [OverviewPage.Attention]) = ([], [])
        for service in services {
            if let run = service.run, run.progress == .failed, let at = run.finishedAt, at > since {
                failed.append(
                    .init(
                        .run, .failed, run.name.path, address: Address.run(run.name), reason: run.reason,
                        since: at))
            }
            for rollout in service.rollouts.values
            where rollout.phase == .failed || rollout.phase == .returning {
                guard (rollout.finishedAt ?? now) > since else { continue }
                failed.append(
                    .init(
                        .rollout, .failed, rollout.name.path, address: Address.rollout(rollout.name),
                        reason: rollout.reason, since: rollout.finishedAt ?? rollout.createdAt))
            }
            for workload in service.workloads where workload.needsAttention {
                let item = OverviewPage.Attention(
                    .workload, workload.condition, workload.name.path,
                    address: Address.workload(workload.name),
                    reason: workload.reason, since: workload.changedAt)
                if workload.condition == .failed { failed.append(item) } else { unready.append(item) }
            }
        }
        let visible = Set(services.map(\.name))
        let waiting = content.activeRuns.values.filter {
            $0.progress == .waiting && visible.contains($0.name.service)
        }.map { run in
            OverviewPage.Attention(
                .approval, .progressing, run.name.path, address: Address.run(run.name),
                reason: run.reason ?? run.subject, since: run.startedAt)
        }
        let warnings =
            content.isCut
            ? [
                OverviewPage.Attention(
                    .warning, .unready, "console", address: Address.workloads,
                    reason: "more than \(Survey.largestCount) workloads; lists and counts leave out the rest")
            ] : []
        return Self.newest(failed) + Self.newest(waiting) + warnings + Self.newest(unready)
    }

    private static func newest(_ items: [OverviewPage.Attention]) -> [OverviewPage.Attention] {
        items.sorted {
            ($1.since?.nanoseconds ?? 0, $0.name) < ($0.since?.nanoseconds ?? 0, $1.name)
        }
    }
}
