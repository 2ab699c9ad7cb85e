package import GantryBase
package import Model

/// The first page: what needs somebody now, then what is going on, then the shape of the installation.
package struct OverviewPage: LivePage {
    /// Something that a person should look at.
    package struct Attention: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable { case run, rollout, workload, approval, warning }
        package var kind: Kind
        package var status: WorkloadStanding.Condition
        /// Names the thing; what it is stands in its own column.
        package var name: String
        package var address: String
        package var reason: String?
        package var since: Timestamp?

        package init(
            _ kind: Kind, _ status: WorkloadStanding.Condition, _ name: String, address: String,
            reason: String? = nil, since: Timestamp? = nil
        ) {
            (self.kind, self.status, self.name, self.address) = (kind, status, name, address)
            (self.reason, self.since) = (reason, since)
        }
    }

    /// All workloads of one environment in one region.
    package struct Place: Sendable, Hashable {
        package var ready = 0
        package var all = 0
        package var worst: WorkloadStanding.Condition = .stopped
        package init() {}

        package mutating func count(_ workload: WorkloadStanding) {
            all += 1
            if workload.condition == .ready || workload.condition == .stopped { ready += 1 }
            worst = min(worst, workload.condition)
        }
    }

    package struct Numbers: Sendable, Hashable {
        package var businesses = 0
        package var services = 0
        package var workloads = 0
        package var readyWorkloads = 0
        package var instances = 0
        package var activeRuns = 0
        package var activeRollouts = 0
        package var approvals = 0
        package init() {}
    }

    /// The name of the installation; nil before a platform was applied.
    package var platform: String?
    /// The worst first; at most as many as a page has room for.
    package var attention: [Attention]
    /// How many there are in all.
    package var attentionTotal: Int
    package var numbers: Numbers
    package var environments: [EnvironmentName]
    package var regions: [RegionName]
    package var places: [EnvironmentName: [RegionName: Place]]
    /// The last that began.
    package var runs: Listed<RunSummary>
    package var rollouts: Listed<RolloutSummary>

    package init(
        platform: String?, attention: [Attention] = [], attentionTotal: Int = 0, numbers: Numbers = Numbers(),
        environments: [EnvironmentName] = [], regions: [RegionName] = [],
        places: [EnvironmentName: [RegionName: Place]] = [:], runs: Listed<RunSummary> = .items([]),
        rollouts: Listed<RolloutSummary> = .items([])
    ) {
        (self.platform, self.attention, self.attentionTotal) = (platform, attention, attentionTotal)
        (self.numbers, self.environments, self.regions) = (numbers, environments, regions)
        (self.places, self.runs, self.rollouts) = (places, runs, rollouts)
    }

    package var title: Phrase { Phrase("Overview", "总览") }
    package var place: String { Address.overview }
    package var partAddress: String { "/overview/part" }
    package static let everySeconds = 5

    package func write(to html: inout HTML) {
        html.add(Heading(title, note: platform.map(Phrase.verbatim)))
        guard platform != nil else { return html.add(Self.beginning) }
        writeLive(to: &html)
    }

    /// What stands here before there is anything.
    private static var beginning: EmptyState {
        EmptyState(
            Phrase("Nothing runs here yet", "这里还没有任何服务"),
            text: Phrase(
                "An admin applies a platform.yaml first; then services are made and pushed.",
                "请管理员先应用 platform.yaml，然后创建服务并推送代码。"),
            icon: .overview, command: "gantry apply platform.yaml")
    }

    package func writePart(to html: inout HTML) {
        writeNumbers(to: &html)
        writeAttention(to: &html)
        if !environments.isEmpty { writePlaces(to: &html) }
        html.element("div", .class("grid grid-wide")) { html in
            html.add(
                Card(Phrase("Last runs", "最近的流水线"), isFlush: true, actions: Self.all(Address.runs)) { html in
                    html.add(
                        DeliverTables.runs(
                            runs, empty: RunsPage.noRuns, retryAddress: Address.overview
                        ).short)
                })
            html.add(
                Card(Phrase("Last rollouts", "最近的上线"), isFlush: true, actions: Self.all(Address.rollouts)) {
                    html in
                    html.add(
                        DeliverTables.rollouts(
                            rollouts, empty: RolloutsPage.noRollouts, retryAddress: Address.overview
                        ).short)
                })
        }
    }

    private static func all(_ address: String) -> Slot {
        { $0.add(LinkButton(Phrase("All", "全部"), to: address, kind: .quiet, size: .small)) }
    }

    private func writeNumbers(to html: inout HTML) {
        let unready = numbers.workloads - numbers.readyWorkloads
        html.element("div", .class("stats")) { html in
            html.add(
                Stat(
                    Phrase("Workloads ready", "就绪工作负载"), Formats.grouped(numbers.readyWorkloads),
                    unit: .ofTotal(numbers.workloads),
                    change: unready > 0 ? .worse("−\(Formats.grouped(unready))") : nil,
                    address: Address.workloads))
            html.add(
                Stat(
                    Phrase("Services", "服务"), Formats.grouped(numbers.services),
                    unit: .count(numbers.businesses, "business", "businesses", "个业务"),
                    address: Address.services))
            html.add(
                Stat(
                    Phrase("Instances", "实例"), Formats.grouped(numbers.instances)))
            html.add(
                Stat(
                    Phrase("Under way", "进行中"), Formats.grouped(numbers.activeRuns),
                    unit: Phrase(
                        "runs, \(numbers.activeRollouts) rollouts", "条流水线，\(numbers.activeRollouts) 个上线"),
                    address: Address.query(Address.runs, [("state", "active")])))
            html.add(
                Stat(
                    Phrase("Waiting for approval", "待审批"), Formats.grouped(numbers.approvals),
                    address: Address.query(Address.runs, [("state", "waiting")])))
        }
    }
}

extension Phrase {
    static func ofTotal(_ total: Int) -> Phrase {
        Phrase("of \(Formats.grouped(total))", "/ \(Formats.grouped(total))")
    }
}
