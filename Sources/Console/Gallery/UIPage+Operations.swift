import GantryBase
import Model

extension UIPage {
    static var operations: [Section] {
        [
            Section(id: "stats", title: Phrase("Numbers", "数字"), content: writeStats),
            Section(id: "matrix", title: Phrase("Environment × region", "环境 × 地域")) { html in
                html.add(
                    Card(Phrase("Workloads", "工作负载")) { html in
                        html.add(
                            Matrix(
                                environments: ["development", "testing", "staging", "production"],
                                regions: ["guangzhou", "nanjing", "tianjin", "hongkong"], cell: UISamples.cell
                            ))
                    })
            },
            Section(id: "pipeline", title: Phrase("Pipeline run", "流水线")) { html in
                html.add(UISamples.run)
                html.add(UISamples.failedRun)
            },
            Section(id: "timeline", title: Phrase("Details and events", "详情与事件")) { html in
                html.element("div", .class("grid")) { html in
                    html.add(Card(Phrase("Instance", "实例")) { $0.add(UISamples.details($0.context.now)) })
                    html.add(Card(Phrase("Events", "事件")) { $0.add(UISamples.events($0.context.now)) })
                }
            },
        ]
    }

    private static func writeStats(to html: inout HTML) {
        let formats = html.context.formats
        let wave = UISamples.wave(40, base: 50, swing: 18)
        html.element("div", .class("stats")) { html in
            html.add(
                Stat(
                    Phrase("Calls", "调用量"), formats.compact(12_840), unit: .verbatim("/s"),
                    change: .neutral("+4.2%"), series: wave, address: "#stats"))
            html.add(
                Stat(
                    Phrase("Failure rate", "失败率"), formats.percent(0.0123), change: .worse("+0.8%"),
                    series: UISamples.wave(40, base: 4, swing: 3)))
            html.add(
                Stat(
                    Phrase("Latency p99", "延迟 p99"), formats.duration(milliseconds: 284),
                    change: .better("−12%"), series: wave.reversed()))
            html.add(
                Stat(
                    Phrase("Workloads ready", "就绪工作负载"), Formats.grouped(3127),
                    unit: Phrase("of 3,140", "/ 3,140")))
            html.add(Stat(Phrase("Memory", "内存"), formats.bytes(48_318_382_080)))
        }
    }
}
