/// The frame of a page that stands alone: sign-in, and errors of whoever is not signed in.
package struct PlainShell: Component {
    package var title: Phrase
    package var content: Slot

    package init(_ title: Phrase, content: @escaping Slot) { (self.title, self.content) = (title, content) }

    package func write(to html: inout HTML) {
        PageShell.writeDocument(title, to: &html) { html in
            html.element("div", .class("plain")) { html in
                html.element("header", .class("plain-bar")) { html in
                    html.element("a", .class("brand"), .href("/")) { html in
                        html.add(Icon.brand)
                        html.text(.product)
                    }
                    html.element("div", .class("bar-tools")) { html in
                        html.add(LanguageSwitch())
                        html.add(ThemeSwitch())
                    }
                }
                html.element(
                    "main", .id("content"), .class("plain-content"), .init("tabindex", "-1"), content: content
                )
            }
        }
    }
}
