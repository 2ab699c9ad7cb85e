import GantryBase
import Telemetry

extension LogsPage {
    func write(_ histogram: LogHistogram, to html: inout HTML) {
        let known: [(Phrase, Histogram.Tone, Set<String>)] = [
            (Phrase("Error", "错误"), .failed, ["error", "fatal"]),
            (Phrase("Warning", "警告"), .waiting, ["warn"]), (Phrase("Info", "信息"), .accent, ["info"]),
        ]
        let named = known.reduce(into: Set<String>()) { $0.formUnion($1.2) }
        var series = known.map { title, tone, names in
            Histogram.Series(
                title, tone,
                histogram.buckets.map { $0.counts.filter { names.contains($0.key) }.values.reduce(0, +) })
        }
        series.append(
            .init(
                Phrase("Other", "其他"), .neutral,
                histogram.buckets.map { $0.counts.filter { !named.contains($0.key) }.values.reduce(0, +) }))
        let total = histogram.buckets.reduce(0) { $0 + $1.total }
        html.add(
            Histogram(
                Phrase("Lines over time", "日志随时间分布"), note: .count(total, "line", "lines", "行"),
                times: histogram.buckets.map(\.start), series: series,
                narrowed: { range in question.with { ($0.range, $0.isLive) = (.fixed(range), false) }.address
                }))
    }

    /// Says that more may match, and how to be sure.
    func incompleteness(_ cost: QueryCost) -> Callout {
        guard cost.isComplete else {
            return Callout(
                .warning, Phrase("Not everything was searched", "未搜索全部记录"),
                text: Phrase(
                    "The search stopped after \(Formats.grouped(cost.records)) records; older lines may match as well.",
                    "检索 \(Formats.grouped(cost.records)) 条记录后停止，更早的日志可能也有匹配。"),
                hint: Phrase("Choose a shorter time, or a service.", "请缩短时间范围，或选择一个服务。"))
        }
        return Callout(
            .warning, Phrase("Some lines could not be decided", "部分日志无法判断"),
            text: Phrase(
                "The regular expression needs too many steps on \(Formats.grouped(cost.undecided)) lines, which are not shown.",
                "正则表达式在 \(Formats.grouped(cost.undecided)) 行上所需步骤过多，这些行未显示。"),
            hint: Phrase("Write a simpler expression.", "请简化表达式。"))
    }

    func emptyState(_ found: Found) -> EmptyState {
        guard let newest = found.newest else {
            return EmptyState(
                Phrase("No line has come yet", "还没有日志"),
                text: Phrase(
                    "What a service prints, or writes to the files that its service.yaml names, stands here a second later.",
                    "服务打印到标准输出的内容，以及写入 service.yaml 所列文件的内容，一秒后即显示在此。"), icon: .logs,
                command: "gantry logs BUSINESS/SERVICE -f",
                actions: question.isNarrowed ? { writeClear(to: &$0) } : nil)
        }
        return EmptyState(
            Phrase(
                "No line in \(question.range.phrase[.english])", "\(question.range.phrase[.chinese])没有匹配的日志"),
            icon: .search, actions: { html in write(newest, to: &html) })
    }

    private func writeClear(to html: inout HTML) {
        html.add(LinkButton(.clearAll, to: LogQuestion(range: question.range).address, kind: .quiet))
    }

    /// When the newest line was, and the way to it where only the time is in the way.
    private func write(_ newest: Timestamp, to html: inout HTML) {
        html.element("p", .class("empty-text")) { html in
            html.text(Phrase("The newest line came ", "最新一行日志："))
            html.add(TimeText(newest))
            html.raw(", ")
            html.add(TimeText(newest, .dateTime))
            html.raw(".")
        }
        let now = html.context.now
        if !question.range.range(now).contains(newest) {
            let around = TimeRange(from: newest - Self.before, to: newest + .seconds(1))
            html.add(
                LinkButton(
                    Phrase("Show lines until then", "查看当时的日志"),
                    to: question.with { $0.range = .fixed(around) }.address, kind: .primary))
        }
        html.add(
            LinkButton(.widerRange, to: question.with { $0.range = question.range.wider(now) }.address))
        if question.isNarrowed { writeClear(to: &html) }
    }

    /// What is shown of the time before the newest line.
    private static let before = Period.minutes(15)
}
