/// What the keyboard does, as a dialog that `?` opens.
struct ShortcutHelp: Component {
    var navigation: Navigation

    func write(to html: inout HTML) {
        let general: [([String], Phrase)] = [
            (["/"], .search), (["j"], Phrase("Next row", "下一行")), (["k"], Phrase("Previous row", "上一行")),
            (["Enter"], Phrase("Open row", "打开此行")), (["x"], .selectRow),
            (["Esc"], .close), (["?"], .keyboardShortcuts),
        ]
        let places = navigation.groups.flatMap(\.places).map { (["g", String($0.key)], $0.title) }
        html.add(
            Dialog("shortcuts", title: .keyboardShortcuts) { html in
                html.element("div", .class("shortcuts")) { html in
                    write(general, Phrase("General", "通用"), to: &html)
                    write(places, Phrase("Go to", "前往"), to: &html)
                }
            })
    }

    private func write(_ entries: [([String], Phrase)], _ title: Phrase, to html: inout HTML) {
        html.element("section") { html in
            html.element("h3", text: title)
            html.element("dl") { html in
                for (keys, meaning) in entries {
                    html.element("div") { html in
                        html.element("dt", text: meaning)
                        html.element("dd") { $0.add(KeyHint(keys)) }
                    }
                }
            }
        }
    }
}
