/// Says that something was done; goes by itself, except for errors, which wait to be read.
package struct Toast: Component {
    package enum Kind: String, Sendable { case success, info, error }
    package var kind: Kind
    package var text: Phrase
    /// Undo, or a look at what was made.
    package var link: (title: Phrase, address: String)?

    package init(_ kind: Kind, _ text: Phrase, link: (title: Phrase, address: String)? = nil) {
        (self.kind, self.text, self.link) = (kind, text, link)
    }

    package func write(to html: inout HTML) {
        html.element(
            "div", .class("toast toast-\(kind.rawValue)"), .role(kind == .error ? "alert" : "status"),
            .flag("data-toast"), .flag("data-stays", kind == .error)
        ) { html in
            html.add(kind == .error ? Icon.error : kind == .info ? Icon.info : Icon.ready)
            html.element("p", text: text)
            if let link { html.element("a", .href(link.address), text: link.title) }
            html.element(
                "button", .init("type", "button"), .class("icon-button"), .label(.dismiss),
                .flag("data-dismiss")
            ) { $0.add(Icon.close) }
        }
    }
}

/// Where toasts appear, with the words that the script says by itself.
struct ToastArea: Component {
    /// One that is there from the start.
    var notice: String?

    func write(to html: inout HTML) {
        html.element(
            "div", .id("toasts"), .class("toasts"), .role("region"),
            .label(Phrase("Notifications", "通知")), .init("aria-live", "polite"),
            .init("data-copied", Phrase.copied), .init("data-lost", Phrase.reconnecting)
        ) { html in
            if let notice { html.add(Toast(.success, .verbatim(notice))) }
        }
    }
}
