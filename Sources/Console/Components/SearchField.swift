/// A field that searches; the main one of a page is where `/` leads.
package struct SearchField: Component {
    package var placeholder: Phrase
    package var name: String
    package var value: String
    package var isMain: Bool
    /// The fixed-width type, for the search language of logs.
    package var isCode: Bool
    /// What it is called, where the placeholder is an example.
    package var label: Phrase?
    /// The id of what says what is wrong with the search; nil where nothing is.
    package var errorID: String?

    package init(
        _ placeholder: Phrase, name: String, value: String = "", isMain: Bool = false, isCode: Bool = false,
        label: Phrase? = nil, errorID: String? = nil
    ) {
        (self.placeholder, self.name, self.value) = (placeholder, name, value)
        (self.isMain, self.isCode) = (isMain, isCode)
        (self.label, self.errorID) = (label, errorID)
    }

    package func write(to html: inout HTML) {
        html.element("label", .class("search")) { html in
            html.element("span", .class("visually-hidden"), text: label ?? placeholder)
            html.add(Icon.search)
            html.void(
                "input", .init("type", "search"), .init("name", name), .init("value", value),
                .class(isCode ? "input input-code" : "input"), .init("placeholder", placeholder),
                .init("autocomplete", "off"), .init("spellcheck", "false"),
                .flag("data-search", isMain), .init("aria-keyshortcuts", isMain ? "/" : nil),
                .init("aria-invalid", errorID == nil ? nil : "true"), .init("aria-describedby", errorID))
            if isMain { html.add(KeyHint(["/"])) }
        }
    }
}
