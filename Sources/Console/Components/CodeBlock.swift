/// Code or a command as it would be typed, with a button that copies it.
package struct CodeBlock: Component {
    package var code: String
    package var title: Phrase?

    package init(_ code: String, title: Phrase? = nil) { (self.code, self.title) = (code, title) }

    package func write(to html: inout HTML) {
        html.element("div", .class("code")) { html in
            if let title { html.element("p", .class("code-title"), text: title) }
            html.add(CopyButton(code))
            html.element("pre", .init("tabindex", "0"), .label(title ?? Phrase("Code", "代码"))) { html in
                html.element("code", text: code)
            }
        }
    }
}

/// Copies a text that is not all in sight.
package struct CopyButton: Component {
    package var text: String
    package init(_ text: String) { self.text = text }

    package func write(to html: inout HTML) {
        html.add(
            IconButton(.copy, icon: .copy, attributes: [.init("data-copy", text), .flag("hidden")]))
    }
}

/// A name or id in the fixed-width type, cut in the middle of the page and not of its meaning, with a button to copy it whole.
package struct CopyText: Component {
    package var text: String
    /// What is shown, where the whole is too long to read: the first letters of a digest.
    package var short: String?

    package init(_ text: String, short: String? = nil) { (self.text, self.short) = (text, short) }

    package func write(to html: inout HTML) {
        html.element("span", .class("copy-text")) { html in
            html.element("code", .shown("title", short == nil ? nil : text), text: short ?? text)
            html.add(CopyButton(text))
        }
    }
}
