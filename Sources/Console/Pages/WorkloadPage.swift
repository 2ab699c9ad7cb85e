import GantryBase
package import Model

/// One workload: what is wanted, what its instances do, and changes by hand.
package struct WorkloadPage: LivePage {
    package var name: WorkloadName
    package var spec: WorkloadSpec
    package var status: WorkloadStatus
    package var override: WorkloadOverride?
    /// Where requests from outside go in; nil where nothing is exposed or the cluster does not say.
    package var frontDoor: String?
    package var operate: Permission

    package init(
        _ name: WorkloadName, _ spec: WorkloadSpec, _ status: WorkloadStatus,
        override: WorkloadOverride? = nil,
        frontDoor: String? = nil, operate: Permission
    ) {
        (self.name, self.spec, self.status, self.override) = (name, spec, status, override)
        (self.frontDoor, self.operate) = (frontDoor, operate)
    }

    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.services }
    package var crumbs: [PageShell.Crumb] {
        ServiceTabs.crumbs(name.service, .init(.verbatim("\(name.environment)/\(name.region)")))
    }
    package var partAddress: String { Address.workload(name) + "/part" }
    package static let everySeconds = 3
    private static let scaleID = "scale"

    private var standing: WorkloadStanding {
        WorkloadStanding(name, spec, status, isOverridden: override != nil)
    }

    package func write(to html: inout HTML) {
        html.add(
            Heading(
                .verbatim("\(name.environment)/\(name.region)"), note: .verbatim(name.service.path),
                status: standing.status
            ) { html in
                html.add(
                    LinkButton(
                        Phrase("Logs", "日志"),
                        to: Address.logs(of: name.service, name.environment, name.region), icon: .logs))
                if operate.isAllowed {
                    html.add(
                        Button(
                            Phrase("Scale by hand…", "手动扩缩…"),
                            attributes: [.init("data-dialog", Self.scaleID)]))
                }
            })
        if let override { writeOverride(override, to: &html) }
        writeLive(to: &html)
        if operate.isAllowed { writeScale(to: &html) }
    }

    package func writePart(to html: inout HTML) {
        if let problem = status.problem {
            html.add(
                Callout(
                    .error, Phrase("The cluster cannot do what is wanted", "集群无法达成期望状态"),
                    text: .verbatim(problem)))
        }
        html.add(Card(Phrase("What is wanted", "期望状态")) { $0.add(KeyValues(facts)) })
        html.add(Card(Phrase("Instances", "实例"), isFlush: true) { $0.add(instances) })
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let standing = standing
        var entries: [(name: Phrase, value: Slot)] = [
            (Phrase("State", "状态"), { $0.add(StatusPill(standing.status, look: .plain)) }),
            (Phrase("Ready", "就绪"), { $0.text("\(standing.ready)/\(standing.wanted)") }),
            (
                Phrase("Release", "发布版本"),
                { [spec] html in
                    html.element("a", .href(Address.release(spec.release)), text: "#\(spec.release.number)")
                }
            ),
            (Phrase("Cluster", "集群"), { [spec] in $0.text(spec.cluster.text) }),
        ]
        if let rollout = spec.rollout {
            entries.append(
                (
                    Phrase("Last rollout", "最近上线"),
                    { $0.element("a", .href(Address.rollout(rollout)), text: "#\(rollout.number)") }
                ))
        }
        if let frontDoor { entries.append((Phrase("Front door", "入口"), { $0.add(CopyText(frontDoor)) })) }
        return entries
    }

    private var instances: Table {
        let listed = status.instances.sorted { ($0.phase.rank, $0.name) < ($1.phase.rank, $1.name) }
        return Table(
            Phrase("Instances", "实例"),
            columns: [
                .init(Phrase("Instance", "实例"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Release", "发布版本"), .code, isExtra: true),
                .init(Phrase("Restarts", "重启"), .number),
                .init(Phrase("Started", "启动"), .time, isExtra: true),
                .init(Phrase("Changed", "变化"), .time, isExtra: true),
            ],
            content: Listed.items(listed).content(
                empty: EmptyState(
                    Phrase("No instance", "没有实例"),
                    text: spec.replicas == 0
                        ? Phrase("None is wanted here.", "此处期望的实例数为 0。")
                        : Phrase("The cluster has not begun any yet.", "集群尚未启动任何实例。"), icon: .service),
                retryAddress: Address.workload(name)
            ) { instance in
                let address = Address.instance(instance.name)
                return Table.Row(
                    [
                        NamedCell.cell(
                            instance.name.id, address: address,
                            note: instance.phase == .ready
                                ? nil : instance.reason.map(WorkloadStanding.firstLine)),
                        .status(NamedStatus(instance: instance.phase)), .text("#\(instance.release.number)"),
                        .text(Formats.grouped(instance.restarts)), .time(instance.startedAt),
                        .time(instance.changedAt),
                    ], address: address, tone: instance.phase == .crashing ? .failed : nil)
            })
    }

    private func writeOverride(_ override: WorkloadOverride, to html: inout HTML) {
        let until = override.until.map { html.context.formats.dateTime($0) }
        let by = override.author.text
        html.add(
            Callout(
                .info, Phrase("A change by hand is in force", "手动调整生效中"),
                text: until.map {
                    Phrase(
                        "\(by) set \(override.replicas) instances until \($0).",
                        "\(by) 已将实例数设为 \(override.replicas)，截至 \($0)。")
                }
                    ?? Phrase(
                        "\(by) set \(override.replicas) instances until it is cleared.",
                        "\(by) 已将实例数设为 \(override.replicas)，直到解除。"),
                actions: operate.isAllowed
                    ? { [name] html in
                        html.add(
                            Form(Address.workload(name) + "/unscale") { html in
                                html.add(Button(Phrase("Clear", "解除"), size: .small, submits: true))
                            })
                    } : nil))
    }

    private func writeScale(to html: inout HTML) {
        html.add(
            Dialog(Self.scaleID, title: Phrase("Scale by hand", "手动扩缩")) { html in
                html.element(
                    "p",
                    text: Phrase(
                        "Stands in every plan with your name until its time is over or somebody clears it.",
                        "该调整会以你的名义显示在每次变更预览中，直到到期或被解除。"))
                html.add(
                    Form(Address.workload(name) + "/scale") { html in
                        html.add(
                            Field(
                                Phrase("Instances", "实例数"), name: "replicas", .number,
                                value: "\(override?.replicas ?? spec.replicas)", isRequired: true))
                        html.add(
                            Field(
                                Phrase("Ends after", "有效期"), name: "until",
                                .select([
                                    .init("1h", Phrase("1 hour", "1 小时")),
                                    .init("8h", Phrase("8 hours", "8 小时")),
                                    .init("24h", Phrase("1 day", "1 天")),
                                    .init("168h", Phrase("1 week", "1 周")),
                                    .init("", Phrase("Until it is cleared", "直到解除")),
                                ]), value: "8h"))
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(Phrase("Scale", "扩缩"), kind: .primary, submits: true))
                        }
                    })
            })
    }
}

extension InstanceStatus.Phase {
    /// Those first that somebody should look at.
    var rank: Int {
        switch self {
        case .crashing: 0
        case .lost: 1
        case .unready: 2
        case .starting: 3
        case .stopping: 4
        case .ready: 5
        case .stopped: 6
        }
    }
}
