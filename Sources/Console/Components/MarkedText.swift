/// A text with parts of it highlighted.
package struct MarkedText: Component {
    package var text: String
    /// Offsets into its UTF-8, sorted and apart.
    package var marks: [Range<Int>]

    package init(_ text: String, _ marks: [Range<Int>]) { (self.text, self.marks) = (text, marks) }

    package func write(to html: inout HTML) {
        if marks.isEmpty { return html.text(text) }
        let bytes = Array(text.utf8)
        var at = 0
        for mark in marks where mark.lowerBound >= at && mark.upperBound <= bytes.count && !mark.isEmpty {
            html.text(String(decoding: bytes[at..<mark.lowerBound], as: UTF8.self))
            html.element("mark", text: String(decoding: bytes[mark], as: UTF8.self))
            at = mark.upperBound
        }
        html.text(String(decoding: bytes[at...], as: UTF8.self))
    }
}
