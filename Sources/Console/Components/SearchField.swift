/// A field that searches; the main one of a page is where `/` leads.
package struct SearchField: Component {
    package var placeholder: Phrase
    package var name: String
    package var value: String
    package var isMain: Bool
    /// The fixed-width type, for the search language of logs.
    package var isCode: Bool

    package init(
        _ placeholder: Phrase, name: String, value: String = "", isMain: Bool = false, isCode: Bool = false
    ) {
        (self.placeholder, self.name, self.value) = (placeholder, name, value)
        (self.isMain, self.isCode) = (isMain, isCode)
    }

    package func write(to html: inout HTML) {
        html.element("label", .class("search")) { html in
            html.element("span", .class("visually-hidden"), text: placeholder)
            html.add(Icon.search)
            html.void(
                "input", .init("type", "search"), .init("name", name), .init("value", value),
                .class(isCode ? "input input-code" : "input"), .init("placeholder", placeholder),
                .init("autocomplete", "off"), .init("spellcheck", "false"),
                .flag("data-search", isMain), .init("aria-keyshortcuts", isMain ? "/" : nil))
            if isMain { html.add(KeyHint(["/"])) }
        }
    }
}
