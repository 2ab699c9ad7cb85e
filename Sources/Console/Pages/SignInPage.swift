package import GantryBase

/// The way in: by a provider where the platform has one, by name and password, or by a token.
package struct SignInPage {
    /// The page to go to afterwards.
    package var to: String
    /// Why the last attempt was refused.
    package var error: GantryError?
    /// What was typed as the name.
    package var user: String
    /// Nil where the platform has none.
    package var provider: Provider?

    package struct Provider: Sendable {
        /// What people call it; may be empty.
        package var title: String
        package var address: String
        package init(title: String, address: String) { (self.title, self.address) = (title, address) }
    }

    package init(to: String, error: GantryError? = nil, user: String = "", provider: Provider? = nil) {
        (self.to, self.error, self.user, self.provider) = (to, error, user, provider)
    }

    private static let title = Phrase("Sign in", "登录")

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 16 << 10)
        html.add(
            PlainShell(Self.title) { html in
                html.add(Heading(Self.title, note: Phrase("to your Gantry installation", "登录到 Gantry")))
                if let error { html.add(Callout(Phrase("Not signed in", "登录失败"), error)) }
                if let provider { writeProvider(provider, to: &html) }
                html.add(Card(Phrase("Name and password", "用户名和密码"), content: writePassword))
                html.add(Card(Phrase("Token", "令牌"), content: writeToken))
            })
        return html
    }

    private func writeProvider(_ provider: Provider, to html: inout HTML) {
        let label =
            provider.title.isEmpty
            ? Phrase("Sign in with your organisation", "使用组织账户登录")
            : Phrase("Sign in with \(provider.title)", "使用 \(provider.title) 登录")
        // A link, since the content policy lets no form lead to another server.
        html.element("div", .class("actions")) { html in
            html.add(LinkButton(label, to: provider.address, kind: .primary))
        }
    }

    private func writePassword(to html: inout HTML) {
        html.add(
            Form("/sign-in") { html in
                writeTarget(to: &html)
                html.add(
                    Field(
                        Phrase("Name", "用户名"), name: "user", value: user, isRequired: true,
                        autocomplete: "username"))
                html.add(
                    Field(
                        Phrase("Password", "密码"), name: "password", .password, isRequired: true,
                        autocomplete: "current-password"))
                html.element("div", .class("actions")) { html in
                    html.add(
                        Button(Self.title, kind: provider == nil ? .primary : .secondary, submits: true))
                }
            })
    }

    private func writeToken(to html: inout HTML) {
        html.add(
            Form("/sign-in") { html in
                writeTarget(to: &html)
                html.add(
                    Field(
                        Phrase("Token", "令牌"), name: "token", .password,
                        hint: Phrase(
                            "Made with gantry token create, or printed by the first start of the server.",
                            "由 gantry token create 创建，或由服务器首次启动时打印。"),
                        isRequired: true, isCode: true, autocomplete: "off"))
                html.element("div", .class("actions")) { html in
                    html.add(Button(Phrase("Sign in with the token", "使用令牌登录"), submits: true))
                }
            })
    }

    private func writeTarget(to html: inout HTML) {
        html.void("input", .init("type", "hidden"), .init("name", "to"), .init("value", to))
    }
}
