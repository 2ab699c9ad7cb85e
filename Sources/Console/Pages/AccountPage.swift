package import GantryBase

/// A person's own account: how they sign in, their password, and where they are signed in.
package struct AccountPage {
    package struct Session: Sendable {
        package var id: String
        package var place: String
        package var createdAt: Timestamp
        package var usedAt: Timestamp
        package var isCurrent: Bool

        package init(id: String, place: String, createdAt: Timestamp, usedAt: Timestamp, isCurrent: Bool) {
            (self.id, self.place, self.createdAt) = (id, place, createdAt)
            (self.usedAt, self.isCurrent) = (usedAt, isCurrent)
        }
    }
    package var user: String
    package var scopes: [String]
    package var groups: [String]
    /// Nil without a password.
    package var passwordSetAt: Timestamp?
    package var sessions: [Session]
    package var error: GantryError?

    package init(
        user: String, scopes: [String], groups: [String], passwordSetAt: Timestamp?, sessions: [Session],
        error: GantryError? = nil
    ) {
        (self.user, self.scopes, self.groups) = (user, scopes, groups)
        (self.passwordSetAt, self.sessions, self.error) = (passwordSetAt, sessions, error)
    }

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 24 << 10)
        html.add(
            PageShell(.account, navigation: Navigation(current: "")) { html in
                html.add(Heading(.account, note: .verbatim(user)))
                if let error { html.add(Callout(Phrase("Not done", "未完成"), error)) }
                html.add(Card { $0.add(KeyValues(facts)) })
                if passwordSetAt != nil { writePassword(to: &html) }
                writeSessions(to: &html)
            })
        return html
    }

    private var facts: [(name: Phrase, value: Slot)] {
        let groups: Phrase = groups.isEmpty ? .none : .verbatim(groups.joined(separator: ", "))
        let scopes = scopes.joined(separator: ", ")
        var facts: [(name: Phrase, value: Slot)] = [
            (Phrase("This session may", "本次会话权限"), { $0.text(scopes) }),
            (Phrase("Groups", "用户组"), { $0.text(groups) }),
        ]
        if let passwordSetAt {
            facts.append((Phrase("Password set", "密码设置时间"), { $0.add(TimeText(passwordSetAt)) }))
        }
        return facts
    }

    private func writePassword(to html: inout HTML) {
        html.add(
            Card(Phrase("Password", "密码")) { html in
                html.add(
                    Form("/account/password") { html in
                        html.add(
                            Field(
                                Phrase("Current password", "当前密码"), name: "current", .password,
                                isRequired: true,
                                autocomplete: "current-password"))
                        html.add(
                            Field(
                                Phrase("New password", "新密码"), name: "password", .password,
                                hint: Phrase(
                                    "At least 12 characters; a sentence of four or more words is good.",
                                    "至少 12 个字符；由四个以上单词组成的句子较好。"),
                                isRequired: true, autocomplete: "new-password"))
                        html.add(
                            Field(
                                Phrase("New password again", "再次输入新密码"), name: "again", .password,
                                isRequired: true, autocomplete: "new-password"))
                        html.element("div", .class("actions")) { html in
                            html.add(Button(Phrase("Change password", "修改密码"), kind: .primary, submits: true))
                        }
                    })
            })
    }

    private func writeSessions(to html: inout HTML) {
        let rows = sessions.map { session in
            Table.Row([
                .text(session.place), .time(session.createdAt), .time(session.usedAt),
                .slot { html in
                    guard !session.isCurrent else { return html.text(Phrase("this one", "当前会话")) }
                    html.add(
                        Form("/account/sessions/\(session.id)") { html in
                            html.add(Button(Phrase("End", "结束"), size: .small, submits: true))
                        })
                },
            ])
        }
        html.add(
            Card(Phrase("Signed in at", "登录会话"), isFlush: true) { html in
                html.add(
                    Table(
                        Phrase("Sessions", "会话"),
                        columns: [
                            .init(Phrase("Browser", "浏览器"), .name), .init(Phrase("Since", "开始时间"), .time),
                            .init(Phrase("Renewed", "最近续期"), .time, isExtra: true),
                            .init(Phrase("Action", "操作"), .actions),
                        ], content: .rows(rows)))
            })
    }
}
