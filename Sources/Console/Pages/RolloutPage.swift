import GantryBase
package import Model

/// One rollout: region by region, and why it waits or went back.
package struct RolloutPage: LivePage {
    package var target: RolloutTarget
    package var status: RolloutStatus
    /// How the workloads that it moves fare now.
    package var workloads: [WorkloadStanding]

    package init(_ target: RolloutTarget, _ status: RolloutStatus, workloads: [WorkloadStanding] = []) {
        (self.target, self.status, self.workloads) = (target, status, workloads)
    }

    package var name: RolloutName { target.name }
    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.rollouts }
    package var crumbs: [PageShell.Crumb] {
        ServiceTabs.crumbs(
            name.service, .init(Phrase("Rollouts", "上线"), Address.rollouts(of: name.service)),
            .init(.verbatim("#\(name.number)")))
    }
    package var partAddress: String { Address.rollout(name) + "/part" }
    package var isFollowed: Bool { !status.phase.isFinal }
    package static let everySeconds = 2

    package func write(to html: inout HTML) {
        writeLive(to: &html)
    }

    package func writePart(to html: inout HTML) {
        html.add(
            Heading(
                Phrase("Rollout #\(name.number)", "上线 #\(name.number)"),
                note: Phrase(
                    "\(name.service), release #\(target.release.number) to \(target.environment)",
                    "\(name.service)，发布版本 #\(target.release.number) 上线到 \(target.environment)"),
                status: NamedStatus(rollout: status.phase)))
        writeWhy(to: &html)
        html.add(Card(Phrase("Regions", "地域"), isFlush: true) { $0.add(regions) })
        html.add(Card(Phrase("About", "关于")) { $0.add(KeyValues(facts)) })
    }

    /// In words, what stands in its way: its own reason, or that of the region that it is at.
    private func writeWhy(to html: inout HTML) {
        if let user = status.cancelledBy {
            return html.add(Callout(.info, Phrase("Cancelled by \(user)", "已由 \(user) 取消")))
        }
        let region = status.regions.first { $0.reason != nil && $0.phase != .healthy }
        guard let reason = status.reason ?? region?.reason else { return }
        switch status.phase {
        case .failed, .returning:
            html.add(
                Callout(.error, Phrase("It did not become healthy", "未能达到健康状态"), text: .verbatim(reason)))
        case .pending, .progressing:
            html.add(Callout(.warning, Phrase("It waits", "等待中"), text: .verbatim(reason)))
        case .succeeded, .cancelled: html.add(Callout(.info, .verbatim(reason)))
        }
    }

    private var regions: Table {
        let byRegion = Dictionary(status.regions.map { ($0.region, $0) }, uniquingKeysWith: { $1 })
        let standing = Dictionary(workloads.map { ($0.name.region, $0) }, uniquingKeysWith: { $1 })
        return Table(
            Phrase("Regions", "地域"),
            columns: [
                .init(Phrase("Region", "地域"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Ready", "就绪"), .number),
                .init(Phrase("Goes back to", "回退版本"), .code, isExtra: true),
                .init(Phrase("Took", "耗时"), .number, isExtra: true),
            ],
            content: .rows(
                target.regions.map { region in
                    let progress = byRegion[region] ?? RegionProgress(region: region)
                    let workload = WorkloadName(name.service, target.environment, region)
                    return Table.Row(
                        [
                            NamedCell.cell(
                                region.text, address: Address.workload(workload),
                                note: (progress.reason ?? standing[region]?.reason).map(
                                    WorkloadStanding.firstLine)),
                            .status(NamedStatus(region: progress.phase)),
                            standing[region].map { .text("\($0.ready)/\($0.wanted)") } ?? .nothing,
                            target.lastGood[region].map {
                                .link("#\($0.number)", address: Address.release($0))
                            }
                                ?? .nothing, Self.took(progress),
                        ], address: Address.workload(workload),
                        tone: progress.phase == .returning || progress.phase == .returned ? .failed : nil)
                }))
    }

    private static func took(_ progress: RegionProgress) -> Table.Cell {
        guard let startedAt = progress.startedAt else { return .nothing }
        return .slot { html in
            html.text(html.context.formats.duration((progress.finishedAt ?? html.context.now) - startedAt))
        }
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let (target, status) = (target, status)
        var entries: [(name: Phrase, value: Slot)] = [
            (Phrase("Environment", "环境"), { $0.text(target.environment.text) }),
            (
                Phrase("Release", "发布版本"),
                { $0.element("a", .href(Address.release(target.release)), text: "#\(target.release.number)") }
            ),
            (
                Phrase("Cause", "起因"),
                { html in
                    switch target.cause {
                    case .run(let run):
                        html.element(
                            "a", .href(Address.run(run)),
                            text: Phrase("Run #\(run.number)", "流水线 #\(run.number)"))
                    case .rollback(let user):
                        html.text(Phrase("Rollback by ", "回滚，操作者："))
                        html.add(Person(user))
                    }
                }
            ), (Phrase("Began", "开始"), { $0.add(TimeText(target.createdAt)) }),
        ]
        if let finishedAt = status.finishedAt {
            entries.append((Phrase("Ended", "结束"), { $0.add(TimeText(finishedAt)) }))
        }
        return entries
    }
}
