/// A page of which a part follows the server while it stands open.
package protocol LivePage: ConsolePage {
    /// Answers with `renderPart`.
    var partAddress: String { get }
    /// How often an open page asks again.
    static var everySeconds: Int { get }
    /// False once nothing can change any more.
    var isFollowed: Bool { get }
    func writePart(to html: inout HTML)
}

extension LivePage {
    package var isFollowed: Bool { true }

    func writeLive(to html: inout HTML) {
        guard isFollowed else { return html.element("div", .class("stack"), content: writePart) }
        html.add(
            Live(.polled(address: partAddress, everySeconds: Self.everySeconds)) { html in
                html.element("div", .class("stack"), content: writePart)
            })
    }

    /// What an open page puts in the place of what it shows; its ids are told from those of the page around it.
    package func renderPart(_ context: PageContext) -> HTML {
        var context = context
        context.idPrefix = "part-"
        var html = HTML(context)
        html.element("div", .class("stack"), content: writePart)
        return html
    }
}
