/// The head of a page or of one of its sections: title, what it is about, state, and what can be done.
package struct Heading: Component {
    package enum Level: Sendable { case page, section, part }
    package var title: Phrase
    package var level: Level
    package var note: Phrase?
    package var status: NamedStatus?
    package var id: String?
    package var actions: Slot?

    package init(
        _ title: Phrase, level: Level = .page, note: Phrase? = nil, status: NamedStatus? = nil,
        id: String? = nil, actions: Slot? = nil
    ) {
        (self.title, self.level, self.note, self.status) = (title, level, note, status)
        (self.id, self.actions) = (id, actions)
    }

    package func write(to html: inout HTML) {
        let kind =
            switch level {
            case .page: "page"
            case .section: "section"
            case .part: "part"
            }
        html.element("div", .class("heading heading-\(kind)")) { html in
            html.element("div", .class("heading-text")) { html in
                html.element("div", .class("heading-line")) { html in
                    switch level {
                    case .page: html.element("h1", .id(id), text: title)
                    case .section: html.element("h2", .id(id), text: title)
                    case .part: html.element("h3", .id(id), text: title)
                    }
                    if let status { html.add(StatusPill(status)) }
                }
                if let note { html.element("p", .class("heading-note"), text: note) }
            }
            if let actions { html.element("div", .class("actions"), content: actions) }
        }
    }
}
