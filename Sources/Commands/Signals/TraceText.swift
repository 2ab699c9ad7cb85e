import API
import GantryBase
import Wire

/// A trace as a tree of lines with bars.
struct TraceText: Sendable {
    static let standardColumns = 100
    /// A longer tree is for programs.
    static let shownNodes = 1000

    var columns = Self.standardColumns
    var hasColour = false

    private static let durationWidth = 7
    /// The mark of the critical path, and the gaps between the columns.
    private static let gaps = 5

    private var barWidth: Int { max(12, (columns - Self.durationWidth - Self.gaps) / 4) }
    private var placeWidth: Int { max(14, (columns - Self.durationWidth - Self.gaps) * 3 / 10) }
    private var nameWidth: Int {
        max(12, columns - Self.durationWidth - Self.gaps - barWidth - placeWidth)
    }

    func text(_ trace: TraceAnswer) -> String {
        var facts = [
            SignalText.nanoseconds(trace.durationNanoseconds),
            "\(trace.nodes.count { $0.kind == .span }) spans of \(trace.services.count) "
                + (trace.services.count == 1 ? "service" : "services"),
        ]
        if trace.missing > 0 { facts.append("\(trace.missing) missing") }
        if trace.omitted > 0 { facts.append("\(trace.omitted) left out") }
        var lines = ["trace \(trace.id)  " + facts.joined(separator: ", "), trace.start.readable, ""]
        let rules = prefixes(trace)
        for (at, node) in trace.nodes.prefix(Self.shownNodes).enumerated() {
            lines.append(line(node, rules[at], trace))
        }
        if trace.nodes.count > Self.shownNodes {
            lines.append("… \(trace.nodes.count - Self.shownNodes) more; --output json has all of them")
        }
        lines += ["", "* and █: what the trace waited for"]
        if trace.missing > 0 {
            lines.append("missing: named as a parent, and not sent by anybody (yet)")
        }
        if trace.isPartlyHidden {
            lines.append("spans of businesses that you may not look into are not shown")
        }
        let shifted = trace.nodes.compactMap(\.shiftNanoseconds)
        if let most = shifted.map(\.magnitude).max() {
            lines.append(
                "clocks differ by up to \(SignalText.seconds(Double(most) / 1e9)): spans were moved to fit")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ node: TraceAnswer.Node, _ prefix: String, _ trace: TraceAnswer) -> String {
        let isCritical = node.criticalNanoseconds > 0
        var name: String
        var place = ""
        switch node.kind {
        case .span:
            name = TerminalText.safe(node.span?.name ?? "")
            if node.span?.status == "error" { name = "✗ " + name }
            if let span = node.span {
                place = TerminalText.safe("\(span.service) \(span.region) \(span.instance)")
            }
        case .missing:
            name = "? missing \(node.spanID?.description ?? "")"
        case .hidden: name = "· not yours to see"
        }
        let tree = Terminal.padded(prefix + name, to: nameWidth)
        let duration = node.kind == .span ? SignalText.nanoseconds(node.durationNanoseconds) : ""
        let left = String(repeating: " ", count: max(0, Self.durationWidth - Terminal.width(duration)))
        var text =
            (isCritical ? "*" : " ") + " " + tree + " " + Terminal.padded(place, to: placeWidth) + " " + left
            + duration + " " + bar(node, trace)
        while text.last == " " { text.removeLast() }
        guard hasColour else { return text }
        if node.span?.status == "error" { return "\u{1B}[31m\(text)\u{1B}[0m" }
        return isCritical ? text : "\u{1B}[2m\(text)\u{1B}[0m"
    }

    /// One cell is a part of the trace's duration: full where the trace waited for this span, thin where it ran.
    private func bar(_ node: TraceAnswer.Node, _ trace: TraceAnswer) -> String {
        let whole = Double(max(trace.durationNanoseconds, 1))
        let cells = Double(barWidth)
        func cell(_ time: Int64) -> Int { min(barWidth - 1, max(0, Int(Double(time) / whole * cells))) }
        var bar = [Character](repeating: " ", count: barWidth)
        let end = node.offsetNanoseconds + node.durationNanoseconds
        for at in cell(node.offsetNanoseconds)...max(cell(node.offsetNanoseconds), cell(max(0, end - 1))) {
            bar[at] = node.kind == .span ? "─" : "·"
        }
        for stretch in node.critical where stretch.count == 2 {
            for at in cell(stretch[0])...max(cell(stretch[0]), cell(max(0, stretch[1] - 1))) { bar[at] = "█" }
        }
        return String(bar)
    }

    /// The lines of the tree before each name.
    private func prefixes(_ trace: TraceAnswer) -> [String] {
        // From the end: whether a node has a sibling below it.
        var open: Set<Int> = []
        var isLast = [Bool](repeating: false, count: trace.nodes.count)
        for (at, node) in trace.nodes.enumerated().reversed() {
            open = open.filter { $0 <= node.depth }
            isLast[at] = open.insert(node.depth).inserted
        }
        var bars: [Bool] = []
        return trace.nodes.enumerated().prefix(Self.shownNodes).map { at, node in
            bars.removeLast(max(0, bars.count - node.depth))
            let rules = bars.dropFirst().map { $0 ? "│ " : "  " }.joined()
            bars.append(!isLast[at])
            guard node.depth > 0 else { return "" }
            let prefix = rules + (isLast[at] ? "└ " : "├ ")
            // Deep trees leave half of the column to names.
            let most = nameWidth / 2
            return prefix.count <= most ? prefix : "…" + prefix.suffix(most - 1)
        }
    }
}
