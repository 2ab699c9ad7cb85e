/// A part of the page that follows the server: by server-sent events, or by asking again.
///
/// Without a script the part stands as it was when the page was made.
package struct Live: Component {
    package enum Source: Sendable {
        /// Answers with the content of this part; asked every so many seconds while the page is in sight.
        case polled(address: String, everySeconds: Int)
        /// Sends events `append` (HTML to add at the end) and `replace` (HTML in the place of all).
        case streamed(address: String)
    }
    package var source: Source
    /// Read out to people who hear the page when it changes: only for short texts.
    package var isAnnounced: Bool
    package var content: Slot

    package init(_ source: Source, isAnnounced: Bool = false, content: @escaping Slot) {
        (self.source, self.isAnnounced, self.content) = (source, isAnnounced, content)
    }

    package func write(to html: inout HTML) {
        let announced = Attribute("aria-live", isAnnounced ? "polite" : nil)
        switch source {
        case .polled(let address, let seconds):
            html.element(
                "div", .init("data-poll", SafeAddress.text(address)), .init("data-every", seconds), announced,
                content: content)
        case .streamed(let address):
            html.element(
                "div", .init("data-stream", SafeAddress.text(address)), announced, content: content)
        }
    }
}
