package import GantryBase
package import Model

/// The secrets of one service by name. Values go in and never come out.
package struct SecretsPage: ConsolePage {
    package struct Entry: Sendable, Hashable {
        package var variable: String
        /// Nil means all environments.
        package var environment: EnvironmentName?
        package var setBy: UserName
        package var setAt: Timestamp
        /// Whether the newest release asks for it.
        package var isDeclared: Bool

        package init(
            _ variable: String, in environment: EnvironmentName?, setBy: UserName, setAt: Timestamp,
            isDeclared: Bool
        ) {
            (self.variable, self.environment, self.setBy) = (variable, environment, setBy)
            (self.setAt, self.isDeclared) = (setAt, isDeclared)
        }
    }
    /// A secret that a release asks for and that has no value: rollouts wait for it.
    package struct Missing: Sendable, Hashable {
        package var variable: String
        package var environments: [EnvironmentName]
        package init(_ variable: String, in environments: [EnvironmentName]) {
            (self.variable, self.environments) = (variable, environments)
        }
    }

    package var service: ServiceName
    package var entries: Listed<Entry>
    package var missing: [Missing]
    package var environments: [EnvironmentName]
    package var manage: Permission

    package init(
        _ service: ServiceName, _ entries: Listed<Entry>, missing: [Missing] = [],
        environments: [EnvironmentName] = [], manage: Permission
    ) {
        (self.service, self.entries, self.missing) = (service, entries, missing)
        (self.environments, self.manage) = (environments, manage)
    }

    package var title: Phrase { Phrase("Secrets", "密钥") }
    package var place: String { Address.secrets }
    package var crumbs: [PageShell.Crumb] { ServiceTabs.crumbs(service, .init(title)) }

    package func write(to html: inout HTML) {
        html.add(Heading(.verbatim(service.path)))
        html.add(ServiceTabs(service: service, current: .secrets))
        for secret in missing {
            let places = secret.environments.map(\.text).joined(separator: ", ")
            html.add(
                Callout(
                    .warning, Phrase("\(secret.variable) is not set", "\(secret.variable) 尚未设置"),
                    text: Phrase("Rollouts wait for it in \(places).", "\(places) 的上线正在等待它。")))
        }
        html.add(
            Card(title, note: Phrase("names only; nobody is shown a value", "仅显示名称，值不可查看"), isFlush: true) {
                $0.add(table)
            })
        if manage.isAllowed {
            writeForm(to: &html)
            if case .items(let items) = entries {
                for (index, entry) in items.enumerated() { writeRemoval(entry, index, to: &html) }
            }
        } else if let takes = manage.phrase {
            html.add(Callout(.info, Phrase("You cannot set secrets here", "你无法在此设置密钥"), text: takes))
        }
    }

    private static func removalID(_ index: Int) -> String { "remove-secret-\(index)" }
    private static let everywhere = Phrase("all environments", "所有环境")

    private var table: Table {
        let canRemove = manage.isAllowed
        var columns: [Table.Column] = [
            .init(Phrase("Variable", "变量"), .name), .init(Phrase("Environment", "环境"), .text),
            .init(Phrase("Used", "使用"), .status, isExtra: true),
            .init(Phrase("Set by", "设置者"), .text, isExtra: true),
            .init(Phrase("Set", "设置"), .time, isExtra: true),
        ]
        if canRemove { columns.append(.init(Phrase("Actions", "操作"), .actions)) }
        let empty = EmptyState(
            Phrase("No secret is set", "尚未设置密钥"),
            text: Phrase(
                "What service.yaml lists under secrets: is set here or by the command line.",
                "service.yaml 的 secrets: 中列出的变量可在此处或通过命令行设置。"), icon: .secret,
            command: "gantry secret set \(service) NAME")
        var index = -1
        return Table(
            title, columns: columns,
            content: entries.content(empty: empty, retryAddress: Address.secrets(of: service)) { entry in
                index += 1
                let id = Self.removalID(index)
                var cells: [Table.Cell] = [
                    .slot { $0.element("code", text: entry.variable) },
                    entry.environment.map { .text($0.text) } ?? .phrase(Self.everywhere),
                    .status(
                        entry.isDeclared
                            ? NamedStatus(.ready, Phrase("By the newest release", "最新版本使用"))
                            : NamedStatus(.stopped, Phrase("Not declared", "未声明"))),
                    .slot { $0.add(Person(entry.setBy)) }, .time(entry.setAt),
                ]
                if canRemove {
                    cells.append(
                        .slot { html in
                            html.add(
                                Button(
                                    Phrase("Remove…", "移除…"), kind: .quiet, size: .small,
                                    attributes: [.init("data-dialog", id)]))
                        })
                }
                return Table.Row(cells)
            })
    }

    private func writeForm(to html: inout HTML) {
        html.add(
            Card(Phrase("Set a secret", "设置密钥")) { [service, environments, missing] html in
                html.add(
                    Form(Address.secrets(of: service) + "/set") { html in
                        html.element("div", .class("form-row")) { html in
                            html.add(
                                Field(
                                    Phrase("Variable", "变量"), name: "variable",
                                    value: missing.first?.variable ?? "",
                                    placeholder: .verbatim("DB_PASSWORD"), isRequired: true, isCode: true))
                            html.add(
                                Field(
                                    Phrase("Environment", "环境"), name: "environment",
                                    .select(
                                        [.init("*", Self.everywhere)]
                                            + environments.map { .init($0.text, .verbatim($0.text)) }),
                                    value: "*", isRequired: true))
                        }
                        html.add(
                            Field(
                                Phrase("Value", "值"), name: "value", .password,
                                hint: Phrase(
                                    "Kept encrypted. Texts of several lines are set by the command line.",
                                    "加密保存。多行文本请使用命令行设置。"),
                                isRequired: true, autocomplete: "new-password"))
                        html.element("div", .class("actions")) { html in
                            html.add(Button(Phrase("Set secret", "设置密钥"), kind: .primary, submits: true))
                        }
                    })
            })
    }

    private func writeRemoval(_ entry: Entry, _ index: Int, to html: inout HTML) {
        let place = entry.environment.map { Phrase.verbatim($0.text) } ?? Self.everywhere
        html.add(
            Dialog(
                Self.removalID(index),
                title: Phrase("Remove \(entry.variable)?", "移除 \(entry.variable)？")
            ) { [service] html in
                html.element(
                    "p",
                    text: Phrase(
                        "Without it no new instance starts that asks for it (\(place[.english])). The value cannot be brought back.",
                        "移除后，需要它的新实例将无法启动（\(place[.chinese])）。值无法恢复。"))
                html.add(
                    Form(Address.secrets(of: service) + "/remove") { html in
                        html.void(
                            "input", .init("type", "hidden"), .init("name", "variable"),
                            .init("value", entry.variable))
                        html.void(
                            "input", .init("type", "hidden"), .init("name", "environment"),
                            .init("value", entry.environment?.text ?? "*"))
                        html.add(
                            Checkbox(
                                Phrase("Also if releases that run need it", "即使运行中的版本仍需要它"), name: "force",
                                value: "true"))
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(Phrase("Remove secret", "移除密钥"), kind: .danger, submits: true))
                        }
                    })
            })
    }
}
