/// One field of a form: label, control, hint, and what is wrong with what was entered.
package struct Field: Component {
    package enum Control: Sendable {
        case text, password, number
        case lines(Int)
        case select([Choice])
    }
    package struct Choice: Sendable {
        package var value: String
        package var title: Phrase
        package init(_ value: String, _ title: Phrase) { (self.value, self.title) = (value, title) }
    }
    package var label: Phrase
    package var name: String
    package var control: Control
    package var value: String
    package var hint: Phrase?
    package var error: Phrase?
    package var placeholder: Phrase?
    package var isRequired: Bool
    package var isDisabled: Bool
    /// Shown in the fixed-width type, for names and code.
    package var isCode: Bool
    /// The `autocomplete` word of the platform, such as `current-password`.
    package var autocomplete: String?

    package init(
        _ label: Phrase, name: String, _ control: Control = .text, value: String = "", hint: Phrase? = nil,
        error: Phrase? = nil, placeholder: Phrase? = nil, isRequired: Bool = false, isDisabled: Bool = false,
        isCode: Bool = false, autocomplete: String? = "off"
    ) {
        (self.label, self.name, self.control, self.value) = (label, name, control, value)
        (self.hint, self.error, self.placeholder) = (hint, error, placeholder)
        (self.isRequired, self.isDisabled, self.isCode) = (isRequired, isDisabled, isCode)
        self.autocomplete = autocomplete
    }

    package func write(to html: inout HTML) {
        let id = html.makeID("field")
        html.element("div", .class(error == nil ? "field" : "field field-wrong")) { html in
            html.element("label", .class("field-label"), .init("for", id)) { html in
                html.text(label)
                if !isRequired { html.element("span", .class("field-optional"), text: .optional) }
            }
            writeControl(id, to: &html)
            if let error {
                html.element("p", .class("field-error"), .id(id + "-error")) { html in
                    html.add(Icon.error)
                    html.element("span", text: error)
                }
            }
            if let hint { html.element("p", .class("field-hint"), .id(id + "-hint"), text: hint) }
        }
    }

    private func writeControl(_ id: String, to html: inout HTML) {
        let notes = [error.map { _ in id + "-error" }, hint.map { _ in id + "-hint" }].compactMap(\.self)
        let shared: [Attribute] = [
            .id(id), .init("name", name), .class(isCode ? "input input-code" : "input"),
            .flag("required", isRequired), .flag("disabled", isDisabled),
            .init("aria-invalid", error == nil ? nil : "true"),
            .init("aria-describedby", notes.isEmpty ? nil : notes.joined(separator: " ")),
        ]
        switch control {
        case .text, .password, .number:
            html.open("input", shared + [.init("type", inputType), .init("value", value)] + typing)
        case .lines(let count):
            html.open("textarea", shared + [.init("rows", count)] + typing)
            // The parser drops one line end at the start of a textarea: this one is for it.
            html.raw("\n")
            html.text(value)
            html.close("textarea")
        case .select(let choices):
            html.element("span", .class("select")) { html in
                html.open("select", shared)
                Select.write(choices, selected: value, to: &html)
                html.close("select")
                html.add(Icon.chevronDown)
            }
        }
    }

    private var typing: [Attribute] {
        [
            .init("placeholder", placeholder), .init("autocomplete", autocomplete),
            .init("spellcheck", isCode ? "false" : nil), .init("autocapitalize", isCode ? "none" : nil),
        ]
    }

    private var inputType: String {
        switch control {
        case .password: "password"
        case .number: "number"
        case .text, .lines, .select: "text"
        }
    }
}
