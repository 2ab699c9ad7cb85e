/// Turns one thing on or off.
package struct Checkbox: Component {
    package var label: Phrase
    package var name: String
    package var value: String
    package var isChecked: Bool
    package var isDisabled: Bool
    package var hint: Phrase?

    package init(
        _ label: Phrase, name: String, value: String = "on", isChecked: Bool = false,
        isDisabled: Bool = false,
        hint: Phrase? = nil
    ) {
        (self.label, self.name, self.value) = (label, name, value)
        (self.isChecked, self.isDisabled, self.hint) = (isChecked, isDisabled, hint)
    }

    package func write(to html: inout HTML) {
        html.element("label", .class("checkbox")) { html in
            html.void(
                "input", .init("type", "checkbox"), .init("name", name), .init("value", value),
                .flag("checked", isChecked), .flag("disabled", isDisabled))
            html.element("span") { html in
                html.text(label)
                if let hint { html.element("small", text: hint) }
            }
        }
    }
}
