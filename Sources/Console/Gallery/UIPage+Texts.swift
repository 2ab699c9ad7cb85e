import GantryBase

extension UIPage {
    static var texts: [Section] {
        [
            Section(id: "log", title: Phrase("Log", "日志")) { html in
                html.add(
                    LogViewer(
                        .verbatim("yidian/article · guangzhou"), lines: UISamples.log(html.context.now),
                        omitted: 1204))
            },
            Section(id: "trace", title: Phrase("Trace", "链路")) { html in html.add(UISamples.trace) },
            Section(id: "diff", title: Phrase("Difference", "差异")) { html in html.add(UISamples.diff) },
            Section(id: "code", title: Phrase("Code", "代码")) { html in
                html.add(CodeBlock("gantry rollout yidian/article --environment production --release 1.24.0"))
                html.add(
                    CodeBlock(
                        """
                        apiVersion: gantry/v1
                        kind: Service
                        name: article
                        scale: {min: 2, max: 20, cpu: 60%}
                        """, title: .verbatim("service.yaml")))
            },
        ]
    }
}
