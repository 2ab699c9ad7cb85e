package import GantryBase

/// What happened to one thing, newest first.
package struct Timeline: Component {
    package struct Event {
        package var time: Timestamp
        package var status: NamedStatus
        package var title: Slot
        package var text: String?

        package init(_ time: Timestamp, _ status: NamedStatus, text: String? = nil, title: @escaping Slot) {
            (self.time, self.status, self.text, self.title) = (time, status, text, title)
        }
    }
    package var events: [Event]

    package init(_ events: [Event]) { self.events = events }

    package func write(to html: inout HTML) {
        html.element("ol", .class("timeline")) { html in
            for event in events {
                html.element("li", .class("event")) { html in
                    html.add(StatusPill(event.status, look: .shape))
                    html.element("div", .class("event-body")) { html in
                        html.element("p", .class("event-title")) { html in
                            html.element("span", content: event.title)
                            html.add(TimeText(event.time))
                        }
                        if let text = event.text { html.element("p", .class("event-text"), text: text) }
                    }
                }
            }
        }
    }
}
