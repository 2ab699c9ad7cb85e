/// The page `/ui`: every component in every state, so that a look at one page judges the whole console.
package enum UIPage {
    struct Section {
        var id: String
        var title: Phrase
        var content: Slot
    }

    static var sections: [Section] {
        foundations + controls + states + tables + operations + charts + texts + feedback
    }

    package static func render(_ context: PageContext) -> HTML {
        var html = HTML(context, capacity: 256 << 10)
        let shell = PageShell(
            Phrase("Components", "组件"), navigation: Navigation(UISamples.navigation, current: "/services"),
            crumbs: [
                .init(Phrase("Overview", "总览"), "/"), .init(Phrase("Services", "服务"), "/services"),
                .init(Phrase("Components", "组件")),
            ], content: write)
        html.add(shell)
        return html
    }

    private static func write(to html: inout HTML) {
        html.add(
            Heading(
                Phrase("Components", "组件"),
                note: Phrase(
                    "Every part that pages are made of, in every state. What is not here does not belong on a page.",
                    "页面由以下组件构成，此处列出其全部状态。页面上不使用此处没有的组件。"),
                status: NamedStatus(.ready)
            ) { html in
                html.add(LinkButton(Phrase("Guide", "指南"), to: "/docs/console", icon: .external))
                html.add(Button(Phrase("Deploy", "部署"), kind: .primary, icon: .rollout))
            })
        let sections = self.sections
        html.element("nav", .class("gallery-index"), .label(Phrase("Sections", "章节"))) { html in
            html.element("ul") { html in
                for section in sections {
                    html.element("li") { $0.element("a", .href("#" + section.id), text: section.title) }
                }
            }
        }
        html.element("div", .class("gallery")) { html in
            for section in sections {
                html.element("section", .init("aria-labelledby", section.id)) { html in
                    html.add(Heading(section.title, level: .section, id: section.id))
                    section.content(&html)
                }
            }
        }
    }
}
