/// A text field in a bar of filters, where the label stands inside the control.
package struct FilterField: Component {
    package var label: Phrase
    package var name: String
    package var value: String
    /// What may be typed, offered while typing.
    package var suggestions: [String]
    package var placeholder: Phrase?

    package init(
        _ label: Phrase, name: String, value: String = "", suggestions: [String] = [],
        placeholder: Phrase? = nil
    ) {
        (self.label, self.name, self.value) = (label, name, value)
        (self.suggestions, self.placeholder) = (suggestions, placeholder)
    }

    /// More than these would weigh more than the page.
    package static let mostSuggestions = 200

    package func write(to html: inout HTML) {
        let list = suggestions.isEmpty ? nil : html.makeID("list")
        html.element("label", .class("filter-field")) { html in
            html.element("span", .class("select-label"), text: label)
            html.void(
                "input", .class("input"), .init("name", name), .init("value", value), .init("list", list),
                .init("placeholder", placeholder), .init("autocomplete", "off"), .init("spellcheck", "false"))
        }
        if let list {
            html.element("datalist", .id(list)) { html in
                for text in suggestions.prefix(Self.mostSuggestions) {
                    html.element("option", .init("value", text)) { _ in }
                }
            }
        }
    }
}
