import GantryBase
package import Model

/// One service: where it runs and how it fares there, and what was last delivered.
package struct ServicePage: LivePage {
    package var name: ServiceName
    package var owner: [String]
    package var language: String?
    package var callees: [ServiceName]
    /// Where its repository is cloned from; nil while the server does not know its own address.
    package var cloneAddress: String?
    package var head: StoredRepository.Status.Head?
    package var workloads: [WorkloadStanding]
    /// In the platform's order; only those where the service runs.
    package var environments: [EnvironmentName]
    package var regions: [RegionName]
    package var runs: Listed<RunSummary>
    package var releases: Listed<ReleaseSummary>
    package var rollouts: Listed<RolloutSummary>
    /// To roll back.
    package var operate: Permission

    package init(
        _ name: ServiceName, owner: [String] = [], language: String? = nil, callees: [ServiceName] = [],
        cloneAddress: String? = nil, head: StoredRepository.Status.Head? = nil,
        workloads: [WorkloadStanding] = [], environments: [EnvironmentName] = [], regions: [RegionName] = [],
        runs: Listed<RunSummary> = .items([]), releases: Listed<ReleaseSummary> = .items([]),
        rollouts: Listed<RolloutSummary> = .items([]), operate: Permission
    ) {
        (self.name, self.owner, self.language, self.callees) = (name, owner, language, callees)
        (self.cloneAddress, self.head, self.workloads) = (cloneAddress, head, workloads)
        (self.environments, self.regions, self.runs) = (environments, regions, runs)
        (self.releases, self.rollouts, self.operate) = (releases, rollouts, operate)
    }

    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.services }
    package var crumbs: [PageShell.Crumb] { ServiceTabs.crumbs(name) }
    package var partAddress: String { Address.service(name) + "/part" }
    package static let everySeconds = 3
    private static let rollbackID = "rollback"

    package func write(to html: inout HTML) {
        let summary = ServiceSummary(name, workloads)
        html.add(
            Heading(
                title, note: owner.isEmpty ? nil : .verbatim(owner.joined(separator: ", ")),
                status: summary.condition?.status
            ) { html in
                html.add(LinkButton(Phrase("Calls", "调用"), to: Address.calls(of: name), icon: .calls))
                html.add(LinkButton(Phrase("Logs", "日志"), to: Address.logs(of: name), icon: .logs))
                if operate.isAllowed, !workloads.isEmpty {
                    html.add(
                        Button(
                            Phrase("Roll back…", "回滚…"), icon: .rollout,
                            attributes: [.init("data-dialog", Self.rollbackID)]))
                }
            })
        html.add(ServiceTabs(service: name, current: .workloads))
        writeLive(to: &html)
        if operate.isAllowed, !workloads.isEmpty { writeRollback(to: &html) }
    }

    package func writePart(to html: inout HTML) {
        html.add(Card(Phrase("Workloads", "工作负载"), isFlush: workloads.isEmpty, content: writeMatrix))
        let attention = workloads.filter(\.needsAttention).sorted { $0.condition < $1.condition }
        if !attention.isEmpty {
            html.add(
                Card(Phrase("Not ready", "未就绪"), isFlush: true) { $0.add(WorkloadsPage.table(attention)) })
        }
        html.element("div", .class("grid grid-wide")) { html in
            html.add(
                Card(Phrase("Last runs", "最近的流水线"), isFlush: true) { html in
                    html.add(
                        DeliverTables.runs(
                            runs, showsService: false, empty: RunsPage.noRuns,
                            retryAddress: Address.service(name)
                        ).short)
                })
            html.add(
                Card(Phrase("Last rollouts", "最近的上线"), isFlush: true) { html in
                    html.add(
                        DeliverTables.rollouts(
                            rollouts, showsService: false, empty: RolloutsPage.noRollouts,
                            retryAddress: Address.service(name)
                        ).short)
                })
            html.add(
                Card(Phrase("Last releases", "最近的发布版本"), isFlush: true) { html in
                    html.add(
                        DeliverTables.releases(
                            releases, showsService: false, empty: ReleasesPage.noReleases,
                            retryAddress: Address.service(name)
                        ).short)
                })
            html.add(Card(Phrase("About", "关于"), content: writeAbout))
        }
    }

    private func writeMatrix(to html: inout HTML) {
        guard !workloads.isEmpty else {
            return html.add(
                EmptyState(
                    Phrase("It runs nowhere yet", "尚未在任何环境运行"),
                    text: Phrase(
                        "A push to its repository starts a run, which makes a release and rolls it out.",
                        "向其代码仓库推送后即会触发流水线，生成发布版本并上线。"),
                    icon: .service, command: cloneAddress.map { "git clone \($0)" }))
        }
        let byPlace = Dictionary(
            workloads.map { ("\($0.name.environment)/\($0.name.region)", $0) }, uniquingKeysWith: { $1 })
        let newest = Dictionary(grouping: workloads, by: \.name.environment).mapValues {
            $0.map(\.release).max()
        }
        html.add(
            Matrix(environments: environments, regions: regions) { environment, region in
                guard let workload = byPlace["\(environment)/\(region)"] else { return nil }
                let isBehind = newest[environment].flatMap(\.self) != workload.release
                return Matrix.Cell(
                    workload.status, ready: workload.ready, wanted: workload.wanted,
                    release: "#\(workload.release.number)", address: Address.workload(workload.name),
                    note: workload.isOverridden
                        ? Phrase("by hand", "手动") : isBehind ? Phrase("older release", "较旧版本") : nil)
            })
    }

    private func writeAbout(to html: inout HTML) {
        var entries: [(name: Phrase, value: Slot)] = []
        if let language { entries.append((Phrase("Built from", "语言"), { $0.text(language) })) }
        if let head {
            entries.append(
                (
                    Phrase("Last push", "最近推送"),
                    { html in
                        html.add(CopyText(head.commit, short: String(head.commit.prefix(10))))
                        html.raw(" ")
                        html.add(Person(head.author))
                        html.raw(" ")
                        html.add(TimeText(head.at))
                    }
                ))
        }
        if let cloneAddress { entries.append((Phrase("Clone", "克隆"), { $0.add(CopyText(cloneAddress)) })) }
        if !callees.isEmpty {
            entries.append(
                (
                    Phrase("Calls", "调用"),
                    { html in
                        for (index, callee) in callees.enumerated() {
                            if index > 0 { html.raw(", ") }
                            html.element("a", .href(Address.service(callee)), text: callee.path)
                        }
                    }
                ))
        }
        entries.append(
            (
                Phrase("Plan", "变更预览"),
                { $0.element("code", text: "gantry plan service.yaml --service \(name)") }
            ))
        html.add(KeyValues(entries))
    }

    private func writeRollback(to html: inout HTML) {
        var known: [Int] = []
        if case .items(let items) = releases { known = items.map(\.name.number) }
        html.add(
            Dialog(Self.rollbackID, title: Phrase("Roll back \(name)", "回滚 \(name)")) { html in
                html.element(
                    "p",
                    text: Phrase(
                        "Region by region the environment returns to the release; its specification and configuration go back with it, secrets stay.",
                        "环境将按地域逐一回到所选版本；规格与配置一并回退，密钥保持不变。"))
                html.add(
                    Form(Address.service(name) + "/rollback") { html in
                        html.add(
                            Field(
                                Phrase("Environment", "环境"), name: "environment",
                                .select(environments.map { .init($0.text, .verbatim($0.text)) }),
                                value: environments.last?.text ?? "", isRequired: true))
                        html.add(
                            Field(
                                Phrase("To release", "目标版本"), name: "release",
                                .select(
                                    [.init("", Phrase("The last that ran well before", "上一个正常运行的版本"))]
                                        + known.map { .init("\($0)", .verbatim("#\($0)")) })))
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(Phrase("Roll back", "回滚"), kind: .danger, submits: true))
                        }
                    })
            })
    }
}
