/// What stands where a list would: why it is empty and how to begin.
package struct EmptyState: Component {
    package var title: Phrase
    package var text: Phrase?
    package var icon: Icon
    package var command: String?
    package var actions: Slot?

    package init(
        _ title: Phrase, text: Phrase? = nil, icon: Icon = .empty, command: String? = nil,
        actions: Slot? = nil
    ) {
        (self.title, self.text, self.icon) = (title, text, icon)
        (self.command, self.actions) = (command, actions)
    }

    package func write(to html: inout HTML) {
        html.element("div", .class("empty")) { html in
            html.add(icon)
            html.element("p", .class("empty-title"), text: title)
            if let text { html.element("p", .class("empty-text"), text: text) }
            if let command { html.add(CodeBlock(command)) }
            if let actions { html.element("div", .class("actions"), content: actions) }
        }
    }
}
