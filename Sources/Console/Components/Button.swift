/// Does something on this page or sends a form.
package struct Button: Component {
    package enum Kind: String, Sendable, CaseIterable { case primary, secondary, quiet, danger }
    package enum Size: Sendable { case usual, small }
    package var label: Phrase
    package var kind: Kind
    package var size: Size
    package var icon: Icon?
    package var isBusy: Bool
    package var isDisabled: Bool
    package var submits: Bool
    /// Such as `data-dialog`, which opens one.
    package var attributes: [Attribute]

    package init(
        _ label: Phrase, kind: Kind = .secondary, size: Size = .usual, icon: Icon? = nil,
        isBusy: Bool = false,
        isDisabled: Bool = false, submits: Bool = false, attributes: [Attribute] = []
    ) {
        (self.label, self.kind, self.size, self.icon) = (label, kind, size, icon)
        (self.isBusy, self.isDisabled, self.submits) = (isBusy, isDisabled, submits)
        self.attributes = attributes
    }

    package func write(to html: inout HTML) {
        html.open(
            "button",
            [
                .init("type", submits ? "submit" : "button"),
                .class(Self.classes(kind, size)),
                .flag("disabled", isDisabled), .init("aria-busy", isBusy ? "true" : nil),
                // A busy button keeps the focus, and refuses presses in the script.
                .init("aria-disabled", isBusy ? "true" : nil),
            ] + attributes)
        if isBusy {
            html.element("span", .class("spinner"), .hidden) { _ in }
        } else if let icon {
            html.add(icon)
        }
        html.element("span", text: label)
        html.close("button")
    }

    static func classes(_ kind: Kind, _ size: Size) -> String {
        "button button-\(kind.rawValue)\(size == .small ? " button-small" : "")"
    }
}

/// Leads to another page and looks like a button.
package struct LinkButton: Component {
    package var label: Phrase
    package var address: String
    package var kind: Button.Kind
    package var size: Button.Size
    package var icon: Icon?

    package init(
        _ label: Phrase, to address: String, kind: Button.Kind = .secondary, size: Button.Size = .usual,
        icon: Icon? = nil
    ) {
        (self.label, self.address, self.kind) = (label, address, kind)
        (self.size, self.icon) = (size, icon)
    }

    package func write(to html: inout HTML) {
        html.element("a", .class(Button.classes(kind, size)), .href(address)) { html in
            if let icon { html.add(icon) }
            html.element("span", text: label)
        }
    }
}

/// A button that shows only an icon; its label is its accessible name and its hint.
package struct IconButton: Component {
    package var label: Phrase
    package var icon: Icon
    package var attributes: [Attribute]

    package init(_ label: Phrase, icon: Icon, attributes: [Attribute] = []) {
        (self.label, self.icon, self.attributes) = (label, icon, attributes)
    }

    package func write(to html: inout HTML) {
        html.open(
            "button",
            [.init("type", "button"), .class("icon-button"), .label(label), .init("title", label)]
                + attributes)
        html.add(icon)
        html.close("button")
    }
}
