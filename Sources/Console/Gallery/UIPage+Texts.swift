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
            Section(id: "records", title: Phrase("Log records", "日志记录"), content: writeRecords),
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

    private static func writeRecords(to html: inout HTML) {
        let now = html.context.now
        let records = UISamples.log(now).reversed().map { line in
            RecordList.Record(
                time: line.time ?? now, level: line.level, source: "article · guangzhou", text: line.text,
                marks: line.marks, more: "status=200", address: "#records")
        }
        html.add(RecordList(Phrase("Lines", "日志行"), note: Phrase("newest first", "最新在前"), records: records))
        if let mistake = UISamples.mistake { html.add(SearchMistake(mistake)) }
        html.element("div", .class("sample-bar")) { html in
            html.add(
                SparkBars(UISamples.counts(30, 400), failures: UISamples.counts(30, 60, from: 20)))
            html.add(ShareBar(0.7))
            html.add(ShareBar(0.24, isFailed: true))
        }
    }
}
