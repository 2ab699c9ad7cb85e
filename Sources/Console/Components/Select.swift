/// Chooses one of a few in a bar of filters, where the label stands inside the control.
package struct Select: Component {
    package var label: Phrase
    package var name: String
    package var choices: [Field.Choice]
    package var selected: String
    /// Sends its form as soon as another value is chosen; without a script the form's button does.
    package var sendsAtOnce: Bool

    package init(
        _ label: Phrase, name: String, choices: [Field.Choice], selected: String = "",
        sendsAtOnce: Bool = false
    ) {
        (self.label, self.name, self.choices, self.selected) = (label, name, choices, selected)
        self.sendsAtOnce = sendsAtOnce
    }

    package func write(to html: inout HTML) {
        html.element("label", .class("select select-inline")) { html in
            html.element("span", .class("select-label"), text: label)
            html.element("select", .init("name", name), .class("input"), .flag("data-sends", sendsAtOnce)) {
                html in
                Self.write(choices, selected: selected, to: &html)
            }
            html.add(Icon.chevronDown)
        }
    }

    static func write(_ choices: [Field.Choice], selected: String, to html: inout HTML) {
        for choice in choices {
            html.element(
                "option", .init("value", choice.value), .flag("selected", choice.value == selected),
                text: choice.title)
        }
    }
}
