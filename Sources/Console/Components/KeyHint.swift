/// Keys to press, one after the other.
package struct KeyHint: Component {
    package var keys: [String]
    package init(_ keys: [String]) { self.keys = keys }

    package func write(to html: inout HTML) {
        html.element("span", .class("keys")) { html in
            for key in keys { html.element("kbd", text: key) }
        }
    }
}
