import GantryBase
package import Model

/// One running copy: its state and why, its probes, and the last it wrote.
package struct InstancePage: LivePage {
    package var instance: InstanceStatus
    /// What its release asks of it; nil when the release is gone.
    package var health: HealthSpec?
    /// The last lines of its output, oldest first.
    package var output: Listed<String>
    /// Whether lines may still come.
    package var isLive: Bool

    package init(
        _ instance: InstanceStatus, health: HealthSpec? = nil, output: Listed<String> = .items([]),
        isLive: Bool = true
    ) {
        (self.instance, self.health, self.output, self.isLive) = (instance, health, output, isLive)
    }

    package var name: InstanceName { instance.name }
    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.services }
    package var crumbs: [PageShell.Crumb] {
        let workload = name.workload
        return ServiceTabs.crumbs(
            workload.service,
            .init(.verbatim("\(workload.environment)/\(workload.region)"), Address.workload(workload)),
            .init(.verbatim(name.id)))
    }
    package var partAddress: String { Address.instance(name) + "/part" }
    package var streamAddress: String { Address.instance(name) + "/output" }
    package static let everySeconds = 3

    package func write(to html: inout HTML) {
        let workload = name.workload
        html.add(
            Heading(
                .verbatim(name.id),
                note: .verbatim("\(workload.service) \(workload.environment)/\(workload.region)")
            ) { html in
                html.add(
                    LinkButton(
                        Phrase("Logs", "日志"),
                        to: Address.logs(
                            of: workload.service, workload.environment, workload.region,
                            query: "instance:\(name.id)"),
                        icon: .logs))
            })
        writeLive(to: &html)
        writeOutput(to: &html)
    }

    package func writePart(to html: inout HTML) {
        if instance.phase != .ready, let reason = instance.reason {
            let kind: Callout.Kind =
                instance.phase == .crashing || instance.phase == .lost ? .error : .warning
            html.add(Callout(kind, NamedStatus(instance: instance.phase).name, text: .verbatim(reason)))
        }
        html.element("div", .class("grid")) { html in
            html.add(Card(Phrase("State", "状态")) { $0.add(KeyValues(facts)) })
            html.add(
                Card(Phrase("Probes", "探针"), note: Phrase("asked by its agent", "由实例旁的代理执行"), isFlush: true) {
                    $0.add(
                        ProbeTable(
                            health: health ?? HealthSpec(), phase: instance.phase, isKnown: health != nil))
                })
        }
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let instance = instance
        var entries: [(name: Phrase, value: Slot)] = [
            (
                Phrase("State", "状态"),
                { $0.add(StatusPill(NamedStatus(instance: instance.phase), look: .plain)) }
            ),
            (Phrase("Since", "自"), { $0.add(TimeText(instance.changedAt)) }),
            (Phrase("Started", "启动"), { $0.add(TimeText(instance.startedAt)) }),
            (
                Phrase("Restarts", "重启"),
                { html in
                    if instance.restarts > 0 {
                        html.add(Badge(.verbatim(Formats.grouped(instance.restarts)), tone: .waiting))
                    } else {
                        html.text("0")
                    }
                }
            ),
            (
                Phrase("Release", "发布版本"),
                {
                    $0.element(
                        "a", .href(Address.release(instance.release)), text: "#\(instance.release.number)")
                }
            ),
        ]
        for (port, address) in instance.addresses.sorted(by: { $0.key < $1.key }) {
            entries.append((.verbatim(port), { $0.add(CopyText(address)) }))
        }
        return entries
    }

    private func writeOutput(to html: inout HTML) {
        let title = Phrase("Last output", "最近输出")
        switch output {
        case .failed(let error):
            html.add(Callout(Phrase("Its output could not be read", "无法读取其输出"), error))
        case .items(let lines) where lines.isEmpty && !isLive:
            html.add(Card(title) { $0.add(EmptyState(Phrase("It wrote nothing", "没有输出"), icon: .logs)) })
        case .items(let lines):
            html.add(
                LogViewer(
                    title, lines: lines.map { LogViewer.Line($0) },
                    streamAddress: isLive ? streamAddress : nil))
        }
    }
}

/// What each probe asks, and what can be told of it from the state of the instance.
struct ProbeTable: Component {
    var health: HealthSpec
    var phase: InstanceStatus.Phase
    var isKnown: Bool

    func write(to html: inout HTML) {
        let probes: [(Phrase, Probe?, NamedStatus)] = [
            (Phrase("Startup", "启动"), health.startup, startup),
            (Phrase("Readiness", "就绪"), health.readiness, readiness),
            (Phrase("Liveness", "存活"), health.liveness, liveness),
        ]
        html.add(
            Table(
                Phrase("Probes", "探针"),
                columns: [
                    .init(Phrase("Probe", "探针"), .name), .init(Phrase("State", "状态"), .status),
                    .init(Phrase("Asks", "请求"), .code), .init(Phrase("Every", "间隔"), .number, isExtra: true),
                    .init(Phrase("Fails after", "失败阈值"), .number, isExtra: true),
                ],
                content: isKnown
                    ? .rows(probes.map(row))
                    : .empty(EmptyState(Phrase("Its release is gone", "其发布版本已不存在"), icon: .unknown))))
    }

    private func row(_ title: Phrase, _ probe: Probe?, _ status: NamedStatus) -> Table.Row {
        guard let probe else { return Table.Row([.phrase(title), .nothing, .nothing, .nothing, .nothing]) }
        let asks =
            switch probe.action {
            case .http(let path, let port): "GET \(path) :\(port)"
            case .tcp(let port): "TCP :\(port)"
            case .exec(let command): command.joined(separator: " ")
            }
        return Table.Row([
            .phrase(title), .status(status), .text(asks),
            .slot { $0.text($0.context.formats.duration(probe.period)) }, .text("\(probe.failures)×"),
        ])
    }

    private static let passes = NamedStatus(.ready, Phrase("Passes", "通过"))
    private static let fails = NamedStatus(.failed, Phrase("Fails", "未通过"))
    private static let notAsked = NamedStatus(.stopped, Phrase("Not asked", "未执行"))

    private var startup: NamedStatus {
        switch phase {
        case .starting: NamedStatus(.progressing, Phrase("Asked", "检查中"))
        case .unready, .ready: Self.passes
        case .crashing, .stopping, .stopped, .lost: Self.notAsked
        }
    }

    private var readiness: NamedStatus {
        switch phase {
        case .unready: Self.fails
        case .ready: Self.passes
        case .starting, .crashing, .stopping, .stopped, .lost: Self.notAsked
        }
    }

    private var liveness: NamedStatus {
        switch phase {
        case .unready, .ready: Self.passes
        case .starting, .crashing, .stopping, .stopped, .lost: Self.notAsked
        }
    }
}
