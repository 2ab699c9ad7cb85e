package import GantryBase

/// What a person sees instead of a page that could not be made.
package struct ErrorPage {
    package var error: GantryError
    package var status: Int
    /// The request's id in the server's log.
    package var reference: String

    package init(error: GantryError, status: Int, reference: String) {
        (self.error, self.status, self.reference) = (error, status, reference)
    }

    private var title: Phrase {
        switch error.code {
        case .notFound: Phrase("Not found", "未找到")
        case .forbidden: Phrase("Not allowed", "无权限")
        case .unavailable, .timeout, .limit: Phrase("Not available right now", "暂时不可用")
        case .internal: Phrase("Something broke", "出现故障")
        default: Phrase("That did not work", "操作未成功")
        }
    }

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 16 << 10)
        let title = title
        let content: Slot = { html in
            html.add(Heading(title, note: .verbatim("\(status)")))
            html.add(
                Callout(
                    status >= 500 ? .error : .warning, .verbatim(error.message),
                    hint: error.hint.map(Phrase.verbatim)))
            html.element("p", .class("note")) { html in
                html.text(Phrase("Reference for the log:", "日志查询编号："))
                html.raw(" ")
                html.element("code", text: reference)
            }
            html.element("div", .class("actions")) { html in
                html.add(LinkButton(Phrase("Overview", "总览"), to: "/", icon: .overview))
            }
        }
        if context.user != nil {
            html.add(PageShell(title, navigation: Navigation(current: ""), content: content))
        } else {
            html.add(PlainShell(title, content: content))
        }
        return html
    }
}
