import GantryBase
package import Model

/// One release: what it was built from, where it runs, and what it says of the service.
package struct ReleasePage: ConsolePage {
    package var release: Release
    /// The workloads that want it now.
    package var workloads: [WorkloadStanding]
    /// To roll an environment to it.
    package var operate: Permission

    package init(_ release: Release, workloads: [WorkloadStanding] = [], operate: Permission) {
        (self.release, self.workloads, self.operate) = (release, workloads, operate)
    }

    package var name: ReleaseName { release.name }
    package var title: Phrase { .verbatim(name.path) }
    package var place: String { Address.releases }
    package var crumbs: [PageShell.Crumb] {
        ServiceTabs.crumbs(
            name.service, .init(Phrase("Releases", "发布版本"), Address.releases(of: name.service)),
            .init(.verbatim("#\(name.number)")))
    }
    private static let rollID = "roll-to"

    package func write(to html: inout HTML) {
        let environments = release.definition.environments.keys.sorted()
        html.add(
            Heading(
                Phrase("Release #\(name.number)", "发布版本 #\(name.number)"), note: .verbatim(name.service.path)
            ) { html in
                if operate.isAllowed, !environments.isEmpty {
                    html.add(
                        Button(
                            Phrase("Roll back to it…", "回滚到此版本…"), icon: .rollout,
                            attributes: [.init("data-dialog", Self.rollID)]))
                }
            })
        html.add(Card(Phrase("About", "关于")) { $0.add(KeyValues(facts)) })
        html.add(
            Card(Phrase("Runs in", "运行于"), isFlush: true) { html in
                if workloads.isEmpty {
                    html.add(
                        EmptyState(
                            Phrase("It runs nowhere", "未在任何环境运行"),
                            text: Phrase("No workload wants this release now.", "目前没有工作负载使用此版本。"),
                            icon: .release))
                } else {
                    html.add(WorkloadsPage.table(workloads))
                }
            })
        writeConfiguration(to: &html)
        if operate.isAllowed, !environments.isEmpty { writeRoll(environments, to: &html) }
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let release = release
        return [
            (
                Phrase("Commit", "提交"),
                { $0.add(CopyText(release.commit, short: String(release.commit.prefix(10)))) }
            ),
            (
                Phrase("Image", "镜像"),
                { $0.add(CopyText(release.artifact, short: String(release.artifact.prefix(19)))) }
            ),
            (
                Phrase("Made by", "来源"),
                { html in
                    html.element("a", .href(Address.run(release.run))) { html in
                        html.text(Phrase("Run #\(release.run.number)", "流水线 #\(release.run.number)"))
                    }
                }
            ),
            (Phrase("Made", "创建"), { $0.add(TimeText(release.createdAt)) }),
        ]
    }

    /// Only the names of files: what is in them may be long, and is in the repository.
    private func writeConfiguration(to html: inout HTML) {
        guard !release.configuration.isEmpty else { return }
        html.add(
            Card(Phrase("Configuration", "配置"), note: Phrase("goes with the release", "随版本发布")) { html in
                html.add(CodeBlock(release.configuration.map(\.path).joined(separator: "\n")))
            })
    }

    private func writeRoll(_ environments: [EnvironmentName], to html: inout HTML) {
        html.add(
            Dialog(Self.rollID, title: Phrase("Roll back to #\(name.number)", "回滚到 #\(name.number)")) {
                [name] html in
                html.add(
                    Form(Address.service(name.service) + "/rollback") { html in
                        html.void(
                            "input", .init("type", "hidden"), .init("name", "release"),
                            .init("value", "\(name.number)"))
                        html.add(
                            Field(
                                Phrase("Environment", "环境"), name: "environment",
                                .select(environments.map { .init($0.text, .verbatim($0.text)) }),
                                isRequired: true))
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(Phrase("Roll back", "回滚"), kind: .danger, submits: true))
                        }
                    })
            })
    }
}
