package import GantryBase
package import Model

/// Tokens of the reader, or of everybody for an admin. The text of a new one is shown once, here.
package struct TokensPage: ConsolePage {
    package struct Entry: Sendable, Hashable {
        package var id: String
        package var user: UserName
        package var scopes: [String]
        package var about: String?
        package var createdAt: Timestamp
        /// Nil means never.
        package var expiresAt: Timestamp?
        /// The one that the reader is signed in with.
        package var isCurrent: Bool

        package init(
            id: String, user: UserName, scopes: [String], about: String?, createdAt: Timestamp,
            expiresAt: Timestamp?, isCurrent: Bool = false
        ) {
            (self.id, self.user, self.scopes, self.about) = (id, user, scopes, about)
            (self.createdAt, self.expiresAt, self.isCurrent) = (createdAt, expiresAt, isCurrent)
        }
    }

    package var entries: Listed<Entry>
    package var listPlace: ListPlace
    /// The text of the token that was made just now.
    package var made: String?
    /// Scopes that a new token may have; none where the reader may make none.
    package var scopes: [String]
    /// Whether the list holds tokens of others.
    package var showsUsers: Bool

    package init(
        _ entries: Listed<Entry>, place: ListPlace = ListPlace(), made: String? = nil, scopes: [String],
        showsUsers: Bool = false
    ) {
        (self.entries, self.listPlace, self.made) = (entries, place, made)
        (self.scopes, self.showsUsers) = (scopes, showsUsers)
    }

    package var title: Phrase { Phrase("Tokens", "令牌") }
    package var place: String { Address.tokens }
    private static let newID = "new-token"
    private static func revokeID(_ index: Int) -> String { "revoke-\(index)" }

    package func address(after: String? = nil) -> String { Address.query(Address.tokens, [("after", after)]) }

    package func write(to html: inout HTML) {
        html.add(
            Heading(
                title,
                note: Phrase(
                    "For the command line, git and programs. A token is shown once, when it is made.",
                    "用于命令行、git 与程序。令牌仅在创建时显示一次。")
            ) { html in
                if !scopes.isEmpty {
                    html.add(
                        Button(
                            Phrase("New token…", "新建令牌…"), kind: .primary, icon: .plus,
                            attributes: [.init("data-dialog", Self.newID)]))
                }
            })
        if let made {
            html.add(
                Callout(
                    .success, Phrase("The token was made", "令牌已创建"),
                    text: Phrase(
                        "Copy it now: it is not kept and cannot be shown again.", "请立即复制：系统不保存令牌，之后无法再次查看。")))
            html.add(CodeBlock(made, title: Phrase("New token", "新令牌")))
        }
        html.add(Card(isFlush: true) { $0.add(table) })
        if !scopes.isEmpty { writeNew(to: &html) }
        if case .items(let items) = entries {
            for (index, entry) in items.enumerated() {
                html.add(
                    ConfirmDialog(
                        Self.revokeID(index), title: Phrase("Revoke token \(entry.id)?", "吊销令牌 \(entry.id)？"),
                        text: Phrase(
                            "Whoever uses it is refused from now on. This cannot be taken back.",
                            "使用该令牌的请求将立即被拒绝，此操作无法撤销。"),
                        confirm: Phrase("Revoke token", "吊销令牌"),
                        address: Address.under(Address.tokens, entry.id) + "/revoke"))
            }
        }
    }

    private var table: Table {
        var columns: [Table.Column] = [
            .init(Phrase("Token", "令牌"), .name), .init(Phrase("Scopes", "权限范围"), .text),
            .init(Phrase("Ends", "到期"), .time), .init(Phrase("Made", "创建"), .time, isExtra: true),
            .init(Phrase("Actions", "操作"), .actions),
        ]
        if showsUsers { columns.insert(.init(Phrase("User", "用户"), .text), at: 1) }
        var index = -1
        return Table(
            title, columns: columns,
            content: entries.content(
                empty: EmptyState(Phrase("No tokens", "没有令牌"), icon: .token, command: "gantry login"),
                retryAddress: address()
            ) { entry in
                index += 1
                let id = Self.revokeID(index)
                var cells: [Table.Cell] = [
                    .slot { html in
                        html.element("code", text: entry.id)
                        if entry.isCurrent { html.add(Badge(Phrase("in use", "当前"), tone: .accent)) }
                        if let about = entry.about {
                            html.element("span", .class("cell-note"), .shown("title", about), text: about)
                        }
                    }, NamedCell.badges(entry.scopes), Self.end(entry.expiresAt), .time(entry.createdAt),
                    .slot { html in
                        html.add(
                            Button(
                                Phrase("Revoke…", "吊销…"), kind: .quiet, size: .small,
                                attributes: [.init("data-dialog", id)]))
                    },
                ]
                if showsUsers { cells.insert(.slot { $0.add(Person(entry.user)) }, at: 1) }
                return Table.Row(cells)
            }, pagination: listPlace.pagination(showing: entries.count))
    }

    private static func end(_ time: Timestamp?) -> Table.Cell {
        guard let time else { return .phrase(Phrase("never", "永不")) }
        return .slot { html in
            if time <= html.context.now {
                html.add(Badge(Phrase("expired", "已过期"), tone: .failed))
            } else {
                html.add(TimeText(time))
            }
        }
    }

    private func writeNew(to html: inout HTML) {
        html.add(
            Dialog(Self.newID, title: Phrase("New token", "新建令牌")) { [scopes] html in
                html.add(
                    Form(Address.tokens) { html in
                        html.add(
                            Field(
                                Phrase("What for", "用途"), name: "description",
                                placeholder: Phrase("deploy from the build server", "构建服务器部署")))
                        html.element(
                            "div", .class("checks"), .role("group"), .label(Phrase("Scopes", "权限范围"))
                        ) {
                            html in
                            for scope in scopes {
                                html.add(
                                    Checkbox(
                                        .verbatim(scope), name: "scope-\(scope)", value: "on",
                                        isChecked: scope == "read", hint: Self.meaning[scope]))
                            }
                        }
                        html.add(
                            Field(
                                Phrase("Ends after", "有效期"), name: "expires",
                                .select([
                                    .init("1d", Phrase("1 day", "1 天")), .init("7d", Phrase("1 week", "1 周")),
                                    .init("30d", Phrase("30 days", "30 天")),
                                    .init("90d", Phrase("90 days", "90 天")),
                                    .init("365d", Phrase("1 year", "1 年")),
                                ]), value: "30d", isRequired: true))
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(Phrase("Make token", "创建令牌"), kind: .primary, submits: true))
                        }
                    })
            })
    }

    private static let meaning: [String: Phrase] = [
        "read": Phrase("Look at everything that you may see.", "查看你有权查看的内容。"),
        "write": Phrase("Change what you may change.", "变更你有权变更的内容。"),
        "push": Phrase("Push to repositories.", "向代码仓库推送。"),
        "admin": Phrase("Everything, everywhere.", "全部权限。"),
    ]
}
