package import GantryBase

/// Tells something that the reader must know before going on.
package struct Callout: Component {
    package enum Kind: String, Sendable, CaseIterable { case info, warning, error, success }
    package var kind: Kind
    package var title: Phrase
    package var text: Phrase?
    /// What to do next.
    package var hint: Phrase?
    package var actions: Slot?

    package init(
        _ kind: Kind, _ title: Phrase, text: Phrase? = nil, hint: Phrase? = nil, actions: Slot? = nil
    ) {
        (self.kind, self.title, self.text) = (kind, title, text)
        (self.hint, self.actions) = (hint, actions)
    }

    /// Shows an error with its hint; the cause stays in the log.
    package init(_ title: Phrase, _ error: GantryError, actions: Slot? = nil) {
        self.init(
            .error, title, text: .verbatim(error.message), hint: error.hint.map(Phrase.verbatim),
            actions: actions)
    }

    private var icon: Icon {
        switch kind {
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .success: .ready
        }
    }

    package func write(to html: inout HTML) {
        html.element(
            "div", .class("callout callout-\(kind.rawValue)"), .role(kind == .error ? "alert" : "note")
        ) { html in
            html.add(icon)
            html.element("div", .class("callout-body")) { html in
                html.element("p", .class("callout-title"), text: title)
                if let text { html.element("p", text: text) }
                if let hint {
                    html.element("p", .class("callout-hint")) { html in
                        html.element("strong", text: .whatToDo)
                        html.raw(" ")
                        html.text(hint)
                    }
                }
            }
            if let actions { html.element("div", .class("actions"), content: actions) }
        }
    }
}
