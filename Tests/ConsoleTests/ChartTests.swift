import Console
import GantryBase
import Testing

@Suite struct ChartTests {
    private let times = (0..<4).map { Timestamp(seconds: 1_795_513_200 + Int64($0) * 60) }

    @Test(arguments: [(0.0, 1.0), (1, 1), (7, 8), (13, 16), (284, 300), (999, 1000), (0.013, 0.016)])
    func theTopOfAScaleIsRound(value: Double, top: Double) {
        #expect(abs(ChartScale(values: [value]).high - top) < top / 1e9)
    }

    @Test func valuesOutsideOrUnknownStayOnTheDrawing() {
        let scale = ChartScale(values: [.nan, 10, .infinity])
        #expect(scale.share(.nan) == 0 && scale.share(1e9) == 1 && scale.share(-5) == 0)
        #expect(ChartScale(values: []).path([], width: 10, height: 10) == "")
    }

    @Test func aGapInASeriesIsAGapInTheLine() {
        let path = ChartScale(values: [1, 2]).path([1, .nan, 2, 2], width: 30, height: 10)
        #expect(path.filter { $0 == "M" }.count == 2)
    }

    @Test func aChartHasANameAndTheSameNumbersAsATable() throws {
        let root = try rendered(
            LineChart(
                .time, times: times, series: [.init(.verbatim("p50"), [1, 2, .nan, 4])], unit: .milliseconds))
        let drawing = try #require(root.all("svg").first)
        #expect(drawing["role"] == "img" && drawing["aria-label"] == "Time")
        #expect(drawing.all("title").count == 4)
        let rows = try #require(root.all("tbody").first).all("tr")
        #expect(rows.map { $0.all("td").first?.text } == ["1 ms", "2 ms", "–", "4 ms"])
    }

    @Test func barsStandOnEachOther() throws {
        let root = try rendered(
            Histogram(
                .time, times: times,
                series: [.init(.failed, .failed, [1, 0, 0, 2]), .init(.more, .neutral, [3, 4, 0, 2])]))
        let bars = root.all("rect").filter { $0.classes.first?.hasPrefix("bar-") == true }
        #expect(bars.count == 5)
        #expect(bars[0]["y"] == "120" && bars[0]["height"] == "40")
        #expect(bars[1]["y"] == "0" && bars[1]["height"] == "120")
    }

    @Test func percentilesAreReadOut() throws {
        let root = try rendered(PercentileBar(p50: 10, p90: 50, p99: 900, scaleMilliseconds: 300))
        #expect(root.all("svg").first?["aria-label"] == "p50 10 ms, p90 50 ms, p99 900 ms")
        for bar in root.all("rect") { #expect((Double(bar["width"]?.dropLast() ?? "") ?? 999) <= 100) }
    }

    @Test func aTraceMarksTheCriticalPathAndWhatIsMissing() throws {
        let root = try rendered(
            Waterfall(
                totalMilliseconds: 100,
                [
                    .init(depth: 0, service: "a", name: "GET /", start: 0, duration: 100, isCritical: true),
                    .init(depth: 99, service: "b", name: "x", start: 500, duration: 500, isFailed: true),
                    .init(depth: -1, service: "c", name: "y", isMissing: true),
                ]))
        let rows = root.all.filter { $0["role"] == "row" }
        #expect(rows.count == 4)
        #expect(rows[1].text.contains("Critical path"))
        #expect(rows[2].first(class: "depth-8") != nil && rows[2].text.contains("Failed"))
        #expect(rows[3].text.contains("missing") && root.text.contains("Span did not arrive"))
        for bar in root.all("rect") {
            let x = Double(bar["x"]?.dropLast() ?? "") ?? -1
            let width = Double(bar["width"]?.dropLast() ?? "") ?? -1
            #expect(x >= 0 && width > 0 && x + width <= 100.001)
        }
    }

    @Test func linesOfALogHaveLevelTimeAndMarks() throws {
        let line = LogViewer.Line(
            "a<b timeout c", time: context().now, level: .error, marks: [4..<11, 5..<6, 50..<60])
        let root = try rendered(line)
        #expect(root.all("mark").map { $0.text } == ["timeout"])
        #expect(root.text.contains("ERROR") && root.text.contains("a&lt;b "))
        let viewer = try rendered(LogViewer(.time, lines: [line], streamAddress: "/stream", omitted: 3))
        #expect(viewer.all.contains { $0["role"] == "log" })
        #expect(viewer.all("ol").first?["data-stream"] == "/stream")
        #expect(viewer.text.contains("3 earlier lines are not shown"))
    }

    @Test func aDifferenceIsToldBySigns() throws {
        let root = try rendered(
            DiffView(.time, [.same(old: 1, new: 1, "x"), .removed(old: 2, "<a>"), .added(new: 2, "b")]))
        #expect(root.all.filter { $0.classes == ["diff-sign"] }.map { $0.text } == [" ", "−", "+"])
        #expect(root.text.contains("&lt;a&gt;"))
    }
}
