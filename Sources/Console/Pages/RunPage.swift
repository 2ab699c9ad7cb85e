import GantryBase
package import Model

/// One pipeline run: where it stands, what it waits for, and what its steps write.
package struct RunPage: LivePage {
    /// The gate that the run stands at.
    package struct Approval: Sendable, Hashable {
        package var stage: String
        /// Who may decide it.
        package var role: Role
        package var permission: Permission
        /// What approving lets the run go on to.
        package var environments: [EnvironmentName]
        /// A newer run that has gone on already; approving this one would take an environment back.
        package var overtakenBy: RunName?

        package init(
            stage: String, role: Role, permission: Permission, environments: [EnvironmentName] = [],
            overtakenBy: RunName? = nil
        ) {
            (self.stage, self.role, self.permission) = (stage, role, permission)
            (self.environments, self.overtakenBy) = (environments, overtakenBy)
        }
    }

    package var spec: RunSpec
    package var status: RunStatus
    package var approval: Approval?
    /// To cancel and retry.
    package var operate: Permission
    /// The last lines that its steps wrote; more come by the stream while the run goes on.
    package var output: Listed<String>
    /// Lines before those.
    package var omitted: Int

    package init(
        _ spec: RunSpec, _ status: RunStatus, approval: Approval? = nil, operate: Permission,
        output: Listed<String> = .items([]), omitted: Int = 0
    ) {
        (self.spec, self.status, self.approval, self.operate) = (spec, status, approval, operate)
        (self.output, self.omitted) = (output, omitted)
    }

    package var name: RunName { spec.name }
    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.runs }
    package var crumbs: [PageShell.Crumb] {
        ServiceTabs.crumbs(
            name.service, .init(Phrase("Runs", "流水线"), Address.runs(of: name.service)),
            .init(.verbatim("#\(name.number)")))
    }
    package var partAddress: String { Address.run(name) + "/part" }
    package var streamAddress: String { Address.run(name) + "/log" }
    package var isFollowed: Bool { !status.progress.isFinal }
    package static let everySeconds = 2
    private static let cancelID = "cancel-run"

    package func write(to html: inout HTML) {
        writeLive(to: &html)
        if isFollowed, operate.isAllowed { writeCancel(to: &html) }
        writeLog(to: &html)
    }

    package func writePart(to html: inout HTML) {
        html.add(
            Heading(
                Phrase("Run #\(name.number)", "流水线 #\(name.number)"), note: .verbatim(spec.subject),
                status: NamedStatus(progress: status.progress), actions: actions))
        if let reason = status.reason, status.progress == .failed {
            html.add(Callout(.error, Phrase("The run failed", "流水线失败"), text: .verbatim(reason)))
        } else if let user = status.cancelledBy {
            html.add(
                Callout(
                    .info,
                    status.progress.isFinal
                        ? Phrase("Cancelled by \(user)", "已由 \(user) 取消")
                        : Phrase("\(user) cancels it: its work is being stopped", "\(user) 正在取消：任务停止中")))
        } else if status.progress == .pending {
            html.add(
                Callout(
                    .info, Phrase("It waits for its turn", "排队中"),
                    text: status.reason.map(Phrase.verbatim)
                        ?? Phrase("Other runs of the business are under way.", "该业务有其他流水线正在运行。")))
        }
        if let approval { write(approval, to: &html) }
        html.add(
            PipelineProgress(status, now: html.context.now) { stage in stage.rollout.map(Address.rollout) })
        writeTests(to: &html)
        html.add(Card(Phrase("About", "关于")) { $0.add(KeyValues(facts)) })
    }

    private var actions: Slot? {
        guard operate.isAllowed else { return nil }
        switch status.progress {
        case .failed, .cancelled:
            return { [name] html in
                html.add(
                    Form(Address.run(name) + "/retry") { html in
                        html.add(
                            Button(Phrase("Retry", "重新运行"), kind: .primary, icon: .refresh, submits: true))
                    })
            }
        case .pending, .running, .waiting:
            guard status.cancelledBy == nil else { return nil }
            return { html in
                html.add(
                    Button(Phrase("Cancel run…", "取消流水线…"), attributes: [.init("data-dialog", Self.cancelID)])
                )
            }
        case .succeeded: return nil
        }
    }

    private func writeCancel(to html: inout HTML) {
        html.add(
            ConfirmDialog(
                Self.cancelID, title: Phrase("Cancel run #\(name.number)?", "取消流水线 #\(name.number)？"),
                text: Phrase(
                    "Steps under way are stopped, and a rollout that it began stays where it is. It can be retried.",
                    "正在执行的步骤会被停止，已开始的上线停留在当前状态。之后可以重新运行。"),
                confirm: Phrase("Cancel run", "取消流水线"), address: Address.run(name) + "/cancel"))
    }

    private func writeTests(to html: inout HTML) {
        for stage in status.stages {
            for step in stage.steps {
                guard let tests = step.tests, tests.failed > 0 else { continue }
                html.add(
                    Card(
                        Phrase("Failed tests", "失败的测试"),
                        note: Phrase(
                            "\(tests.failed) of \(tests.passed + tests.failed)",
                            "\(tests.passed + tests.failed) 项中的 \(tests.failed) 项")
                    ) { html in
                        html.add(
                            CodeBlock(tests.failures.joined(separator: "\n"), title: .verbatim(stage.name)))
                    })
            }
        }
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let (spec, status) = (spec, status)
        var entries: [(name: Phrase, value: Slot)] = [
            (
                Phrase("Commit", "提交"),
                { $0.add(CopyText(spec.commit, short: String(spec.commit.prefix(10)))) }
            ),
            (Phrase("Branch", "分支"), { $0.element("code", text: spec.branch) }),
            (Phrase("Author", "提交者"), { $0.add(Person(spec.author)) }),
            (Phrase("Pushed", "推送"), { $0.add(TimeText(spec.createdAt)) }),
        ]
        if let startedAt = status.startedAt {
            entries.append(
                (
                    Phrase("Took", "耗时"),
                    { html in
                        html.text(
                            html.context.formats.duration((status.finishedAt ?? html.context.now) - startedAt)
                        )
                    }
                ))
        }
        if let release = status.release {
            entries.append(
                (
                    Phrase("Release", "发布版本"),
                    { $0.element("a", .href(Address.release(release)), text: "#\(release.number)") }
                ))
        }
        for stage in status.stages {
            if let decision = stage.decision { entries.append(Self.entry(stage.name, decision)) }
        }
        return entries
    }

    private static func entry(_ stage: String, _ decision: Decision) -> (name: Phrase, value: Slot) {
        (
            .verbatim(stage),
            { html in
                html.text(decision.approved ? Phrase("Approved by ", "批准：") : Phrase("Rejected by ", "拒绝："))
                html.add(Person(decision.by))
                html.raw(" ")
                html.add(TimeText(decision.at))
                if let comment = decision.comment {
                    html.element("span", .class("cell-reason"), text: comment)
                }
            }
        )
    }

    private func writeLog(to html: inout HTML) {
        let isLive = !status.progress.isFinal
        let title = Phrase("Log", "日志")
        switch output {
        case .failed(let error): html.add(Callout(Phrase("The log could not be read", "无法读取日志"), error))
        case .items(let lines) where lines.isEmpty && !isLive:
            html.add(
                Card(title) {
                    $0.add(EmptyState(Phrase("Nothing was written", "没有日志"), icon: .logs))
                })
        case .items(let lines):
            html.add(
                LogViewer(
                    title, lines: lines.map { LogViewer.Line($0) },
                    streamAddress: isLive ? streamAddress : nil,
                    omitted: omitted))
        }
    }
}
