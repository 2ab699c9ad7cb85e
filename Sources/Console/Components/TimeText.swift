package import GantryBase

/// A point in time as people say it; the exact time is its hint, and the script keeps it true while the page stands.
package struct TimeText: Component {
    package enum Look: Sendable { case relative, dateTime, clock }
    package var time: Timestamp
    package var look: Look

    package init(_ time: Timestamp, _ look: Look = .relative) { (self.time, self.look) = (time, look) }

    package func write(to html: inout HTML) {
        let formats = html.context.formats
        let exact = formats.dateTime(time)
        switch look {
        case .relative:
            html.element(
                "time", .init("datetime", time.description), .init("title", exact), .flag("data-relative"),
                text: formats.relative(time, to: html.context.now))
        case .dateTime:
            html.element("time", .init("datetime", time.description), text: exact)
        case .clock:
            html.element(
                "time", .init("datetime", time.description), .init("title", exact),
                text: formats.clock(time, milliseconds: true))
        }
    }
}
