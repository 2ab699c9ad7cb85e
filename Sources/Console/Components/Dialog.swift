/// A question or a short form above the page: the platform's own dialog, which keeps the focus and closes on Escape.
///
/// Opened by anything that carries `data-dialog` with its id.
package struct Dialog: Component {
    package var id: String
    package var title: Phrase
    package var content: Slot
    package var actions: Slot?

    package init(_ id: String, title: Phrase, content: @escaping Slot, actions: Slot? = nil) {
        (self.id, self.title, self.content, self.actions) = (id, title, content, actions)
    }

    package func write(to html: inout HTML) {
        html.element(
            "dialog", .id(id), .class("dialog"), .init("aria-labelledby", id + "-title"),
            .init("closedby", "any")
        ) { html in
            html.element("div", .class("dialog-head")) { html in
                html.element("h2", .id(id + "-title"), text: title)
                html.element("form", .init("method", "dialog")) { html in
                    html.element("button", .class("icon-button"), .label(.close)) { $0.add(Icon.close) }
                }
            }
            html.element("div", .class("dialog-body"), content: content)
            if let actions { html.element("div", .class("dialog-foot actions"), content: actions) }
        }
    }
}

/// Asks before something that cannot be taken back; the answer is a form, so it works in any browser.
package struct ConfirmDialog: Component {
    package var id: String
    package var title: Phrase
    package var text: Phrase
    package var confirm: Phrase
    package var address: String
    /// What must be typed first, such as the name of what is deleted.
    package var typed: String?

    package init(
        _ id: String, title: Phrase, text: Phrase, confirm: Phrase, address: String, typed: String? = nil
    ) {
        (self.id, self.title, self.text) = (id, title, text)
        (self.confirm, self.address, self.typed) = (confirm, address, typed)
    }

    package func write(to html: inout HTML) {
        html.add(
            Dialog(id, title: title) { html in
                html.element("p", text: text)
                html.add(
                    Form(address) { html in
                        if let typed {
                            html.add(
                                Field(
                                    Phrase("Type \(typed) to confirm", "输入 \(typed) 以确认"), name: "confirm",
                                    isRequired: true, isCode: true))
                        }
                        html.element("div", .class("actions actions-end")) { html in
                            html.add(Button(.cancel, attributes: [.flag("data-close")]))
                            html.add(Button(confirm, kind: .danger, submits: true))
                        }
                    })
            })
    }
}
