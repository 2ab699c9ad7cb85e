/// Sends its fields to the server; a form that changes something carries the page's form token.
package struct Form: Component {
    package enum Method: String, Sendable { case get, post }
    package var address: String
    package var method: Method
    package var content: Slot

    package init(_ address: String, method: Method = .post, content: @escaping Slot) {
        (self.address, self.method, self.content) = (address, method, content)
    }

    /// The name of the field that carries the form token.
    package static let tokenField = "form-token"

    package func write(to html: inout HTML) {
        html.element("form", .class("form"), .action(address), .init("method", method.rawValue)) { html in
            if method == .post, let token = html.context.formToken {
                html.void(
                    "input", .init("type", "hidden"), .init("name", Self.tokenField), .init("value", token))
            }
            content(&html)
        }
    }
}
