package import GantryBase

/// Stands where a page would that cannot be shown: what happened, and where to go from here.
package struct FailurePage: ConsolePage {
    package var error: GantryError

    package init(_ error: GantryError) { self.error = error }

    package var place: String { "" }
    package var title: Phrase {
        switch error.code {
        case .notFound: Phrase("Not found", "未找到")
        case .forbidden: Phrase("Not allowed", "无权访问")
        case .unauthenticated: Phrase("Not signed in", "未登录")
        case .unavailable, .timeout: Phrase("Not available now", "暂不可用")
        case .limit: Phrase("Too much at once", "超出限制")
        case .invalid, .exists, .conflict, .unsupported: Phrase("That did not work", "操作未完成")
        case .internal: Phrase("A fault of Gantry", "Gantry 内部错误")
        }
    }

    private var icon: Icon {
        switch error.code {
        case .notFound: .search
        case .forbidden, .unauthenticated: .secret
        default: .error
        }
    }

    package func write(to html: inout HTML) {
        html.element("h1", .class("visually-hidden"), text: title)
        let hint = error.hint.map { " " + $0 } ?? ""
        html.add(
            EmptyState(title, text: .verbatim(error.message + "." + hint), icon: icon) { html in
                html.add(LinkButton(Phrase("To the overview", "回到总览"), to: Address.overview))
                html.add(LinkButton(Phrase("To the services", "回到服务"), to: Address.services, kind: .quiet))
            })
    }
}
