/// Views of one thing, each with an address of its own: links, since each is a page that can be sent to a colleague.
package struct Tabs: Component {
    package struct Tab {
        package var title: Phrase
        package var address: String
        package var isCurrent: Bool
        package var count: Int?
        package init(_ title: Phrase, to address: String, isCurrent: Bool = false, count: Int? = nil) {
            (self.title, self.address, self.isCurrent, self.count) = (title, address, isCurrent, count)
        }
    }
    package var label: Phrase
    package var tabs: [Tab]

    package init(_ label: Phrase, _ tabs: [Tab]) { (self.label, self.tabs) = (label, tabs) }

    package func write(to html: inout HTML) {
        html.element("nav", .class("tabs"), .label(label)) { html in
            for tab in tabs {
                html.element(
                    "a", .class("tab"), .href(tab.address),
                    .init("aria-current", tab.isCurrent ? "page" : nil)
                ) { html in
                    html.text(tab.title)
                    if let count = tab.count {
                        html.element("span", .class("tab-count"), text: Formats.grouped(count))
                    }
                }
            }
        }
    }
}
