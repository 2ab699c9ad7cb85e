/// Moves through a long list by cursors: there is a next part and a way back, and no page numbers that would lie.
package struct Pagination: Component {
    /// Such as how many of how many.
    package var summary: Phrase?
    package var previousAddress: String?
    /// The way back where a cursor knows no previous part: to the start of the list.
    package var firstAddress: String?
    package var nextAddress: String?

    package init(
        summary: Phrase? = nil, previousAddress: String? = nil, firstAddress: String? = nil,
        nextAddress: String? = nil
    ) {
        (self.summary, self.previousAddress) = (summary, previousAddress)
        (self.firstAddress, self.nextAddress) = (firstAddress, nextAddress)
    }

    package func write(to html: inout HTML) {
        html.element("nav", .class("pagination"), .label(.pages)) { html in
            html.element("p", .class("pagination-summary")) { html in
                if let summary { html.text(summary) }
            }
            if previousAddress == nil, let firstAddress {
                write(Phrase("To the start", "回到开头"), firstAddress, rel: "first", to: &html)
            } else {
                write(.previous, previousAddress, rel: "prev", to: &html)
            }
            write(.next, nextAddress, rel: "next", to: &html)
        }
    }

    private func write(_ title: Phrase, _ address: String?, rel: String, to html: inout HTML) {
        if let address {
            html.element(
                "a", .class("button button-secondary button-small"), .href(address), .init("rel", rel),
                text: title)
        } else {
            html.element(
                "span", .class("button button-secondary button-small is-off"), .init("aria-disabled", "true"),
                text: title)
        }
    }
}
