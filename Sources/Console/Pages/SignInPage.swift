package import GantryBase

/// The way in.
package struct SignInPage {
    /// The page to go to afterwards.
    package var to: String
    /// Why the last attempt was refused.
    package var error: GantryError?

    package init(to: String, error: GantryError? = nil) { (self.to, self.error) = (to, error) }

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 16 << 10)
        let title = Phrase("Sign in", "登录")
        html.add(
            PlainShell(title) { html in
                html.add(Heading(title, note: Phrase("to your Gantry installation", "登录到 Gantry")))
                if let error { html.add(Callout(Phrase("Not signed in", "登录失败"), error)) }
                html.add(
                    Form("/sign-in") { html in
                        html.void("input", .init("type", "hidden"), .init("name", "to"), .init("value", to))
                        html.add(
                            Field(
                                Phrase("Token", "令牌"), name: "token", .password,
                                hint: Phrase(
                                    "Made with gantry token create, or printed by the first start of the server.",
                                    "由 gantry token create 创建，或由服务器首次启动时打印。"),
                                isRequired: true, isCode: true, autocomplete: "current-password"))
                        html.element("div", .class("actions")) { html in
                            html.add(Button(title, kind: .primary, submits: true))
                        }
                    })
            })
        return html
    }
}
