/// The filters that a list is under, each with a way to take it off.
package struct FilterChips: Component {
    package struct Chip {
        package var name: Phrase
        package var value: String
        /// The same list without this filter.
        package var without: String
        package init(_ name: Phrase, _ value: String, without: String) {
            (self.name, self.value, self.without) = (name, value, without)
        }
    }
    package var chips: [Chip]
    package var clearAddress: String?

    package init(_ chips: [Chip], clearAddress: String? = nil) {
        (self.chips, self.clearAddress) = (chips, clearAddress)
    }

    package func write(to html: inout HTML) {
        if chips.isEmpty { return }
        html.element("ul", .class("chips"), .label(.filters)) { html in
            for chip in chips {
                html.element("li", .class("chip")) { html in
                    html.element("span", .class("chip-name"), text: chip.name)
                    html.element("span", .class("chip-value"), text: chip.value)
                    let language = html.context.language
                    let name = "\(Phrase.removeFilter[language]) \(chip.name[language]) \(chip.value)"
                    html.element(
                        "a", .class("chip-remove"), .href(chip.without), .shown("aria-label", name)
                    ) { $0.add(Icon.close) }
                }
            }
            if let clearAddress {
                html.element("li") { html in
                    html.element("a", .class("chip-clear"), .href(clearAddress), text: .clearAll)
                }
            }
        }
    }
}
