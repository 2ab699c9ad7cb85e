import GantryBase

extension UIPage {
    static var charts: [Section] {
        [
            Section(id: "charts", title: Phrase("Charts", "图表"), content: writeCharts),
            Section(id: "histogram", title: Phrase("Histogram", "直方图")) { html in
                let times = UISamples.times(60, until: html.context.now)
                html.add(
                    Card { html in
                        html.add(
                            Histogram(
                                Phrase("Log lines", "日志行"), note: .count(48_212, "line", "lines", "行"),
                                times: times,
                                series: [
                                    .init(Phrase("Error", "错误"), .failed, UISamples.counts(60, 14, from: 38)),
                                    .init(Phrase("Warning", "警告"), .waiting, UISamples.counts(60, 30)),
                                    .init(Phrase("Other", "其他"), .neutral, UISamples.counts(60, 220)),
                                ]))
                    })
            },
        ]
    }

    private static func writeCharts(to html: inout HTML) {
        let times = UISamples.times(48, until: html.context.now)
        var gap = UISamples.wave(48, base: 90, swing: 40)
        for index in 20..<24 { gap[index] = .nan }
        html.element("div", .class("grid")) { html in
            html.add(
                Card { html in
                    html.add(
                        LineChart(
                            Phrase("Calls per second", "每秒调用量"), note: .verbatim("yidian/article"),
                            times: times,
                            series: [
                                .init(Phrase("Calls", "调用"), UISamples.wave(48, base: 1240, swing: 380))
                            ], unit: .perSecond))
                })
            html.add(
                Card { html in
                    html.add(
                        LineChart(
                            Phrase("Latency", "延迟"), times: times,
                            series: [
                                .init(.verbatim("p50"), UISamples.wave(48, base: 24, swing: 6)),
                                .init(.verbatim("p90"), gap),
                                .init(.verbatim("p99"), UISamples.wave(48, base: 210, swing: 90)),
                            ], unit: .milliseconds))
                })
            html.add(
                Card { html in
                    html.add(
                        LineChart(
                            Phrase("Failure rate", "失败率"), times: times,
                            series: [
                                .init(
                                    Phrase("Client side", "主调侧"),
                                    UISamples.wave(48, base: 0.012, swing: 0.008)),
                                .init(
                                    Phrase("Server side", "被调侧"),
                                    UISamples.wave(48, base: 0.008, swing: 0.004)),
                            ], unit: .fraction))
                })
            html.add(
                Card { html in
                    html.add(
                        LineChart(
                            Phrase("Nothing measured", "没有数据"), times: times,
                            series: [.init(Phrase("Calls", "调用"), Array(repeating: .nan, count: 48))]))
                })
        }
    }
}
