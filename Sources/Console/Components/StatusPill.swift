/// Shows a status by shape, colour and word.
package struct StatusPill: Component {
    package enum Look: Sendable {
        /// With a tinted ground, for headings.
        case pill
        /// Shape and word only, for rows.
        case plain
        /// Shape only; the word is there for readers of the text and as a hint.
        case shape
    }
    package var status: NamedStatus
    package var look: Look

    package init(_ status: NamedStatus, look: Look = .pill) { (self.status, self.look) = (status, look) }
    package init(_ status: Status, look: Look = .pill) { self.init(NamedStatus(status), look: look) }

    package func write(to html: inout HTML) {
        let tone = status.status.rawValue
        switch look {
        case .pill, .plain:
            html.element("span", .class("status \(look == .pill ? "status-pill " : "")tone-\(tone)")) {
                html in
                html.add(status.status.icon)
                html.text(status.name)
            }
        case .shape:
            html.element("span", .class("status tone-\(tone)"), .init("title", status.name)) { html in
                html.add(status.status.icon)
                html.element("span", .class("visually-hidden"), text: status.name)
            }
        }
    }
}
