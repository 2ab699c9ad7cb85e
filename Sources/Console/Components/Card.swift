/// Groups what belongs together on a page of several things.
package struct Card: Component {
    package var title: Phrase?
    package var note: Phrase?
    package var actions: Slot?
    /// Content that brings its own margins, such as a table.
    package var isFlush: Bool
    package var content: Slot

    package init(
        _ title: Phrase? = nil, note: Phrase? = nil, isFlush: Bool = false, actions: Slot? = nil,
        content: @escaping Slot
    ) {
        (self.title, self.note, self.isFlush) = (title, note, isFlush)
        (self.actions, self.content) = (actions, content)
    }

    package func write(to html: inout HTML) {
        html.element("section", .class(isFlush ? "card card-flush" : "card")) { html in
            if let title {
                html.element("div", .class("card-head")) { html in
                    html.element("h3", text: title)
                    if let note { html.element("p", .class("card-note"), text: note) }
                    if let actions { html.element("div", .class("actions"), content: actions) }
                }
            }
            html.element("div", .class("card-body"), content: content)
        }
    }
}
