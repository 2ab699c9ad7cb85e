extension UIPage {
    static var foundations: [Section] {
        [
            Section(id: "colours", title: Phrase("Colours", "颜色")) { html in
                html.element("div", .class("swatches")) { html in
                    for name in swatches {
                        html.element("div", .class("swatch")) { html in
                            html.element("svg", .hidden) { html in
                                html.element(
                                    "rect", .init("width", "100%"), .init("height", "100%"), .init("rx", "5"),
                                    .init("fill", "var(--\(name))")
                                ) { _ in }
                            }
                            html.element("code", text: name)
                        }
                    }
                }
            },
            Section(id: "type", title: Phrase("Type", "字体")) { html in
                html.element("div", .class("type-scale stack")) { html in
                    for size in ["xxl", "xl", "l", "m", "s", "xs"] {
                        html.element("p") { html in
                            html.element("code", text: "--size-\(size)")
                            html.element("span", .class("type-\(size)")) { html in
                                html.text(
                                    Phrase(
                                        "Release 1.24.0 is ready in 4 regions", "发布版本 1.24.0 已在 4 个地域就绪"))
                                html.text(" · yidian/article · 12:04:38")
                            }
                        }
                    }
                }
            },
            Section(id: "icons", title: Phrase("Icons", "图标")) { html in
                html.element("div", .class("swatches")) { html in
                    for icon in Icon.allCases {
                        html.element("div", .class("swatch")) { html in
                            html.add(icon)
                            html.element("code", text: icon.rawValue)
                        }
                    }
                }
            },
        ]
    }

    private static let swatches = [
        "ground", "surface", "raised", "sunken", "hover", "selected", "line", "line-strong", "text",
        "text-soft",
        "text-faint", "accent", "accent-solid", "danger-solid", "ready", "ready-soft", "progressing",
        "progressing-soft", "failed", "failed-soft", "waiting", "waiting-soft", "stopped", "stopped-soft",
        "unknown", "unknown-soft", "series-0", "series-1", "series-2", "series-3", "series-4", "mark",
    ]
}
