/// What is known of one thing, as names and values.
package struct KeyValues: Component {
    package var entries: [(name: Phrase, value: Slot)]

    package init(_ entries: [(name: Phrase, value: Slot)]) { self.entries = entries }

    package func write(to html: inout HTML) {
        html.element("dl", .class("key-values")) { html in
            for entry in entries {
                html.element("div") { html in
                    html.element("dt", text: entry.name)
                    html.element("dd", content: entry.value)
                }
            }
        }
    }
}
