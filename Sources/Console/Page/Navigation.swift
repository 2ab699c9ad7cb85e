/// The places of the console, in groups; one list gives the side navigation, the keyboard's `g` keys and the help.
package struct Navigation: Sendable {
    package struct Place: Sendable {
        package var title: Phrase
        package var address: String
        package var icon: Icon
        /// Pressed after `g`.
        package var key: Character
        /// What waits there for the reader, such as alerts that fire.
        package var count: Int?

        package init(_ title: Phrase, _ address: String, _ icon: Icon, key: Character, count: Int? = nil) {
            (self.title, self.address, self.icon, self.key, self.count) = (title, address, icon, key, count)
        }
    }
    package struct Group: Sendable {
        /// Nil for the first group, which needs no title.
        package var title: Phrase?
        package var places: [Place]

        package init(_ title: Phrase?, _ places: [Place]) { (self.title, self.places) = (title, places) }
    }
    package var groups: [Group]
    /// The address of the place that the page belongs to.
    package var current: String

    package init(_ groups: [Group] = Navigation.standard, current: String) {
        (self.groups, self.current) = (groups, current)
    }

    package static let standard: [Group] = [
        Group(
            nil,
            [
                Place(Phrase("Overview", "总览"), "/", .overview, key: "o"),
                Place(Phrase("Businesses", "业务"), "/businesses", .business, key: "b"),
                Place(Phrase("Services", "服务"), "/services", .service, key: "s"),
            ]),
        Group(
            Phrase("Deliver", "交付"),
            [
                Place(Phrase("Runs", "流水线"), "/runs", .run, key: "r"),
                Place(Phrase("Releases", "发布版本"), "/releases", .release, key: "e"),
                Place(Phrase("Rollouts", "上线"), "/rollouts", .rollout, key: "d"),
            ]),
        Group(
            Phrase("Observe", "观测"),
            [
                Place(Phrase("Calls", "调用"), "/calls", .calls, key: "c"),
                Place(Phrase("Logs", "日志"), "/search", .logs, key: "l"),
                Place(Phrase("Traces", "链路"), "/traces", .trace, key: "t"),
            ]),
        Group(
            Phrase("Govern", "治理"),
            [
                Place(Phrase("Audit", "审计"), "/audit", .audit, key: "a"),
                Place(Phrase("Secrets", "密钥"), "/secrets", .secret, key: "k"),
                Place(Phrase("Tokens", "令牌"), "/tokens", .token, key: "n"),
            ]),
    ]

    func write(to html: inout HTML) {
        for group in groups {
            if let title = group.title { html.element("p", .class("nav-title"), text: title) }
            html.element("ul", .class("nav-list")) { html in
                for place in group.places {
                    html.element("li") { html in write(place, to: &html) }
                }
            }
        }
    }

    private func write(_ place: Place, to html: inout HTML) {
        let isCurrent = place.address == current
        html.element(
            "a", .class("nav-link"), .href(place.address), .init("data-go", String(place.key)),
            .init("aria-current", isCurrent ? "page" : nil)
        ) { html in
            html.add(place.icon)
            html.element("span", .class("nav-text"), text: place.title)
            if let count = place.count, count > 0 {
                html.element("span", .class("nav-count"), text: Formats.grouped(count))
            }
        }
    }
}
