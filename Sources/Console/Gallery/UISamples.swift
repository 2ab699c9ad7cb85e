import GantryBase
import Model

/// Made-up things for the page of components; the same at every look, so that two looks can be compared.
enum UISamples {
    static var navigation: [Navigation.Group] {
        var groups = Navigation.standard
        groups[1].places[2].count = 3
        return groups
    }

    static let hostile =
        "<script>alert(1)</script> \" onload='x' & \u{202E}gpj.exe \u{1B}[31mred\u{7} \u{0} zero\u{200B}width"

    static func wave(_ count: Int, base: Double, swing: Double) -> [Double] {
        var generator = SeededGenerator(seed: UInt64(count) &+ UInt64(base * 1000))
        var drift = 0.0
        return (0..<count).map { index in
            let noise = Double(generator.next() % 1000) / 1000 - 0.5
            drift = drift * 0.8 + noise * 0.7
            let phase = Double(index % 24) / 24
            let hump = phase < 0.5 ? phase * 2 : 2 - phase * 2
            return max(base + swing * (hump - 0.5 + drift * 0.6), 0)
        }
    }

    static func counts(_ count: Int, _ size: Int, from start: Int = 0) -> [Int] {
        wave(count, base: Double(size), swing: Double(size) * 0.9).enumerated().map {
            $0.offset < start ? Int($0.element) / 12 : Int($0.element)
        }
    }

    static func times(_ count: Int, until now: Timestamp) -> [Timestamp] {
        (0..<count).map { now - .seconds(Int64((count - 1 - $0) * 60)) }
    }

    static func services(count: Int, now: Timestamp) -> Table {
        let names = [
            "article", "author", "comment", "doctor", "drug-index", "feed", "gateway", "image", "search",
            "video",
        ]
        let states: [Status] = [.ready, .progressing, .ready, .failed, .ready, .waiting, .stopped, .unknown]
        let rows = (0..<count).map { index in
            let name = names[index % names.count] + (index < names.count ? "" : "-\(index / names.count)")
            return Table.Row(
                [
                    .link("yidian/\(name)", address: "/services/yidian/\(name)"),
                    .status(NamedStatus(states[index % states.count])), .text("yidian-backend"),
                    .text("1.\(24 - index % 20).\(index % 7)"),
                    .text(Formats.grouped((index + 3) * 7919 % 4000)),
                    .slot { html in html.text(html.context.formats.percent(Double(index * index % 97) / 6000))
                    },
                    .time(now - .seconds(Int64(40 + index * index * 700))),
                ], key: "yidian/\(name)", address: "/services/yidian/\(name)", isSelected: index == 2,
                tone: index == 3 ? .failed : nil)
        }
        return Table(
            Phrase("Services", "服务"),
            columns: [
                .init(Phrase("Service", "服务"), .name, sortKey: "name"),
                .init(Phrase("State", "状态"), .status, sortKey: "state"),
                .init(Phrase("Owner", "负责人"), .text, isExtra: true),
                .init(Phrase("Release", "发布版本"), .code, isExtra: true),
                .init(Phrase("Calls/s", "调用/秒"), .number, sortKey: "calls"),
                .init(Phrase("Failures", "失败率"), .number, sortKey: "failures", isExtra: true),
                .init(Phrase("Changed", "更新"), .time, sortKey: "changed", isExtra: true),
            ], content: .rows(rows), sort: .init("name"), selectionName: "service",
            pagination: Pagination(
                summary: .shown(count, of: 1048), previousAddress: nil, nextAddress: "?after=yidian%2Fimage"))
    }

    static var calls: Table {
        let rows: [(String, String, String, Int, Double, (Double, Double, Double))] = [
            ("gateway", "yidian/article", "GET /articles/{id}", 4210, 0.0002, (12, 38, 96)),
            ("yidian/article", "yidian/author", "GET /authors/{id}", 3980, 0, (4, 9, 31)),
            ("yidian/feed", "yidian/article", "POST /articles:batch", 812, 0.031, (48, 190, 284)),
            ("unknown", "yidian/search", "GET /search", 240, 0.0041, (72, 150, 240)),
        ]
        return Table(
            Phrase("Calls", "调用"),
            columns: [
                .init(Phrase("Caller", "主调"), .text, isExtra: true), .init(Phrase("Callee", "被调"), .name),
                .init(Phrase("Interface", "接口"), .code),
                .init(Phrase("Calls/s", "调用/秒"), .number, sortKey: "calls"),
                .init(Phrase("Failures", "失败率"), .number, sortKey: "failures"),
                .init(Phrase("Latency", "延迟"), .text, isExtra: true),
                .init(.verbatim("p99"), .number, sortKey: "p99"),
            ],
            content: .rows(
                rows.map { row in
                    Table.Row([
                        .text(row.0), .link(row.1, address: "#table-dense"), .text(row.2),
                        .text(Formats.grouped(row.3)),
                        .slot { html in
                            let text = html.context.formats.percent(row.4)
                            if row.4 > 0.01 {
                                html.add(Badge(.verbatim(text), tone: .failed))
                            } else {
                                html.text(text)
                            }
                        },
                        .slot { html in
                            html.add(
                                PercentileBar(
                                    p50: row.5.0, p90: row.5.1, p99: row.5.2, scaleMilliseconds: 300))
                        },
                        .slot { html in html.text(html.context.formats.duration(milliseconds: row.5.2)) },
                    ])
                }), sort: .init("calls", ascending: false), isDense: true)
    }
}
