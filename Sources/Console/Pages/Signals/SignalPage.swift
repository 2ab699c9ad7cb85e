/// A page of signals as a value: everything that it says is in it before it writes itself.
package protocol SignalPage: Sendable {
    var title: Phrase { get }
    /// The address of the place in the navigation that the page belongs to.
    var place: String { get }
    /// From the first place down to this page; empty for a page that is a place itself.
    var crumbs: [PageShell.Crumb] { get }
    func write(to html: inout HTML)
}

extension SignalPage {
    package var crumbs: [PageShell.Crumb] { [] }

    package func render(_ context: PageContext) -> HTML {
        var html = HTML(context)
        html.add(PageShell(title, navigation: Navigation(current: place), crumbs: crumbs, content: write))
        return html
    }
}

/// Services, environments and regions to choose from in filters.
package struct SignalChoices: Sendable, Hashable {
    package var services: [String]
    package var environments: [String]
    package var regions: [String]

    package init(services: [String] = [], environments: [String] = [], regions: [String] = []) {
        (self.services, self.environments, self.regions) = (services, environments, regions)
    }

    static let anyone = Phrase("All", "全部")

    /// A filter with a few values; one that is chosen and not among them is offered as well.
    static func select(_ label: Phrase, name: String, _ values: [String], chosen: String?) -> Select {
        let all = chosen.map { values.contains($0) ? values : values + [$0] } ?? values
        return Select(
            label, name: name,
            choices: [Field.Choice("", anyone)] + all.map { Field.Choice($0, .verbatim($0)) },
            selected: chosen ?? "", sendsAtOnce: true)
    }
}

/// Words that pages of signals share.
extension Phrase {
    static let service = Phrase("Service", "服务")
    static let environment = Phrase("Environment", "环境")
    static let region = Phrase("Region", "地域")
    static let level = Phrase("Level", "级别")
    static let instance = Phrase("Instance", "实例")
    static let interface = Phrase("Interface", "接口")
    static let caller = Phrase("Caller", "主调")
    static let callee = Phrase("Callee", "被调")
    static let side = Phrase("Side", "上报侧")
    static let duration = Phrase("Duration", "耗时")
    static let filterFor = Phrase("Filter for this value", "筛选此值")
    static let exclude = Phrase("Exclude this value", "排除此值")
    static let widerRange = Phrase("Wider time range", "扩大时间范围")
    static let cannotRead = Phrase("This search cannot be read", "无法解析此搜索")
}
