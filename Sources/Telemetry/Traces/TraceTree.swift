package import GantryBase
package import Model
package import Wire

/// A trace as people look at it: spans below what caused them, on one clock, with what it was that took the time.
///
/// Pure and bounded: time and memory grow with the number of spans, whatever their parents claim. Spans that refer to
/// each other in a circle, or to themselves, are cut loose at the earliest of them.
package struct TraceTree: Sendable, Hashable {
    package let id: TraceID
    /// The start of the earliest span.
    package let start: Timestamp
    /// From there to the end of the last.
    package let durationNanoseconds: Int64
    /// Depth first, what is below a node right behind it; of siblings the earliest first.
    package let nodes: [Node]
    /// Spans that are there and were left out, above the store's limit.
    package let omitted: Int
    /// Whether there are spans that the asker may not see, in the tree as nodes without a name or not at all.
    package let isPartlyHidden: Bool

    package struct Node: Sendable, Hashable {
        package enum Content: Sendable, Hashable {
            case span(SpanEntry)
            /// Others name it as their parent, and nobody has sent it: it is late, or was lost, or its service sends none.
            case missing(SpanID)
            /// One or more spans that the asker may not see.
            case hidden
        }
        package let content: Content
        /// 0 for a root.
        package let depth: Int
        /// Its index in `nodes`.
        package let parent: Int?
        /// How many nodes right behind it are below it.
        package let descendants: Int
        /// From the start of the trace. Of a node without a span it is that of the earliest below it.
        package let offsetNanoseconds: Int64
        package let durationNanoseconds: Int64
        /// What was added to its times because its machine's clock stands elsewhere than its parent's: a call cannot
        /// begin before it is made.
        package let shiftNanoseconds: Int64
        /// The stretches of time in which the trace waited for this very span, from the start of the trace, in order.
        /// Over all nodes they make up the trace's duration without overlap, but for times in which nothing ran.
        package let critical: [Stretch]

        package var criticalNanoseconds: Int64 { critical.reduce(0) { $0 + $1.nanoseconds } }
        package var span: SpanEntry? { if case .span(let entry) = content { entry } else { nil } }
        package var isMissing: Bool { if case .missing = content { true } else { false } }
    }

    /// `from <= t < to`, in nanoseconds from the start of the trace.
    package struct Stretch: Sendable, Hashable {
        package let from: Int64
        package let to: Int64
        package init(_ from: Int64, _ to: Int64) { (self.from, self.to) = (from, to) }
        package var nanoseconds: Int64 { to - from }
    }

    package var missing: Int { nodes.count { $0.isMissing } }
    package var spans: Int { nodes.count { $0.span != nil } }
    package var services: Set<ServiceName> { Set(nodes.compactMap { $0.span?.source.service }) }

    /// Makes the tree; nil when none of the spans may be seen.
    ///
    /// - Parameters:
    ///   - entries: in any order; of several with one span id the first counts.
    ///   - omitted: spans that the store has left out already.
    package init?(
        _ id: TraceID, _ entries: [SpanEntry], omitted: Int = 0,
        isVisible: (SignalSource) -> Bool = { _ in true }
    ) {
        var links = TraceLinks(entries, isVisible: isVisible)
        guard !links.items.isEmpty else { return nil }
        links.alignClocks()
        let critical = CriticalPath(links).stretches()
        let start = links.items.map(\.start).min() ?? 0
        let end = links.items.map(\.end).max() ?? start
        self.id = id
        self.start = Timestamp(nanoseconds: start)
        self.omitted = omitted
        durationNanoseconds = end.less(start)
        isPartlyHidden = links.hasHidden
        nodes = links.order.map { at in
            let item = links.items[at.index]
            return Node(
                content: item.content, depth: at.depth, parent: at.parent, descendants: at.descendants,
                offsetNanoseconds: item.start.less(start), durationNanoseconds: item.end.less(item.start),
                shiftNanoseconds: item.shift,
                critical: critical[at.index].map { Stretch($0.from.less(start), $0.to.less(start)) })
        }
    }
}

extension Int64 {
    /// The difference, at its bounds where there is no such number: times come from anybody.
    func less(_ other: Int64) -> Int64 {
        let (value, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : value
    }

    /// The sum, at its bounds where there is no such number.
    func plus(_ other: Int64) -> Int64 {
        let (value, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : value
    }
}
