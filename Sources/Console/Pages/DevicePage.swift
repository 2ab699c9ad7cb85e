package import GantryBase

/// Where a person lets a machine's command line in that shows a code.
package struct DevicePage {
    /// Who waits with a code.
    package struct Question: Sendable {
        package var code: String
        package var client: String
        package var address: String
        package var scopes: [String]
        package var period: Period
        package var askedAt: Timestamp

        package init(
            code: String, client: String, address: String, scopes: [String], period: Period,
            askedAt: Timestamp
        ) {
            (self.code, self.client, self.address) = (code, client, address)
            (self.scopes, self.period, self.askedAt) = (scopes, period, askedAt)
        }
    }
    /// Nil asks for a code.
    package var question: Question?
    package var code: String
    package var error: GantryError?

    package init(question: Question? = nil, code: String = "", error: GantryError? = nil) {
        (self.question, self.code, self.error) = (question, code, error)
    }

    private static let title = Phrase("Sign in a machine", "登录设备")

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 24 << 10)
        html.add(
            PageShell(Self.title, navigation: Navigation(current: "")) { html in
                html.add(
                    Heading(
                        Self.title,
                        note: Phrase(
                            "gantry login shows a code on the machine that asks.",
                            "gantry login 会在请求登录的设备上显示代码。"
                        )))
                if let error { html.add(Callout(Phrase("Not done", "未完成"), error)) }
                if let question { write(question, to: &html) } else { writeAsking(to: &html) }
            })
        return html
    }

    private func writeAsking(to html: inout HTML) {
        html.add(
            Card { html in
                html.add(
                    Form("/device", method: .get) { html in
                        html.add(
                            Field(
                                Phrase("Code", "代码"), name: "code", value: code,
                                placeholder: .verbatim("XXXX-XXXX"), isRequired: true, isCode: true))
                        html.element("div", .class("actions")) { html in
                            html.add(Button(Phrase("Continue", "继续"), kind: .primary, submits: true))
                        }
                    })
            })
    }

    private func write(_ question: Question, to html: inout HTML) {
        html.add(
            Callout(
                .warning, Phrase("Is this your machine?", "这是您的设备吗？"),
                text: Phrase(
                    "It will act as you. Confirm only if you have just started gantry login there and see this code.",
                    "它将以您的身份操作。只有您刚在该设备上运行 gantry login 并看到此代码时才应确认。")))
        html.add(
            Card { html in
                html.add(
                    KeyValues([
                        (Phrase("Code", "代码"), { $0.element("code", text: question.code) }),
                        (Phrase("Machine", "设备"), { $0.text(question.client) }),
                        (Phrase("Asks from", "请求来源"), { $0.element("code", text: question.address) }),
                        (Phrase("May", "权限"), { $0.text(question.scopes.joined(separator: ", ")) }),
                        (Phrase("For", "有效期"), { $0.text("\(question.period)") }),
                        (Phrase("Asked", "请求时间"), { $0.add(TimeText(question.askedAt)) }),
                    ]))
            })
        html.add(
            Form("/device") { html in
                html.void(
                    "input", .init("type", "hidden"), .init("name", "code"),
                    .init("value", question.code))
                html.element("div", .class("actions")) { html in
                    let attributes = { (value: String) -> [Attribute] in
                        [.init("name", "decision"), .init("value", value)]
                    }
                    html.add(
                        Button(
                            Phrase("Let it in", "允许"), kind: .primary, submits: true,
                            attributes: attributes("approve")))
                    html.add(
                        Button(
                            Phrase("Refuse", "拒绝"), submits: true,
                            attributes: attributes("refuse")))
                }
            })
    }
}
