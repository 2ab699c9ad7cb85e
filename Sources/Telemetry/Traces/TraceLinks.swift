import GantryBase
import Model
import Wire

/// The spans of a trace joined to their parents, with nodes for the parents that nobody sent or that may not be seen.
struct TraceLinks {
    struct Item {
        var content: TraceTree.Node.Content
        /// An index of `items`.
        var parent: Int?
        /// In nanoseconds since 1970; `end` is never before `start`.
        var start: Int64
        var end: Int64
        var shift: Int64 = 0
        var children: [Int] = []

        /// Whose clock the times were read from; nil for a node without a span.
        var clock: InstanceName? { span?.source.instance }
        var span: SpanEntry? { if case .span(let entry) = content { entry } else { nil } }
    }

    /// A node's place in the order of display.
    struct Place {
        var index: Int
        var depth: Int
        /// Within the order.
        var parent: Int?
        var descendants: Int = 0
    }

    private(set) var items: [Item] = []
    private(set) var order: [Place] = []
    private(set) var hasHidden = false
    private var indexes: [SpanID: Int] = [:]

    init(_ entries: [SpanEntry], isVisible: (SignalSource) -> Bool) {
        /// Spans that may not be seen, with their parents.
        var hidden: [SpanID: SpanID?] = [:]
        for entry in entries {
            let id = entry.record.spanID
            guard isVisible(entry.source) else {
                if hidden[id] == nil { hidden[id] = .some(entry.record.parentSpanID) }
                continue
            }
            guard indexes[id] == nil else { continue }
            indexes[id] = items.count
            items.append(
                Item(
                    content: .span(entry), start: entry.record.start.nanoseconds,
                    end: max(entry.record.start.nanoseconds, entry.record.end.nanoseconds)))
        }
        hasHidden = !hidden.isEmpty
        guard !items.isEmpty else { return }
        var standIns = StandIns(hidden: hidden)
        for at in items.indices {
            guard let parent = items[at].span?.record.parentSpanID, parent.isValid else { continue }
            items[at].parent = indexes[parent] ?? standIn(for: parent, &standIns)
        }
        cutCircles()
        for at in items.indices {
            if let parent = items[at].parent { items[parent].children.append(at) }
        }
        fillTimes()
        setOrder()
    }

    /// Nodes that stand for spans which are not there to be shown.
    private struct StandIns {
        let hidden: [SpanID: SpanID?]
        var nodes: [SpanID: Int] = [:]
        /// Of each hidden span the one that stands for its whole chain of hidden ones.
        var tops: [SpanID: SpanID] = [:]

        /// The last hidden span on the way up: hidden spans between two visible ones are shown as one.
        mutating func top(of id: SpanID) -> SpanID {
            var way: [SpanID] = []
            var at = id
            var seen: Set<SpanID> = []
            while seen.insert(at).inserted {
                if let known = tops[at] {
                    at = known
                    break
                }
                way.append(at)
                guard let parent = hidden[at] ?? nil, hidden[parent] != nil else { break }
                at = parent
            }
            for step in way { tops[step] = at }
            return at
        }
    }

    private mutating func standIn(for parent: SpanID, _ standIns: inout StandIns) -> Int {
        let isHidden = standIns.hidden[parent] != nil
        let id = isHidden ? standIns.top(of: parent) : parent
        if let known = standIns.nodes[id] { return known }
        let at = items.count
        standIns.nodes[id] = at
        // Its times come from what is below it.
        items.append(Item(content: isHidden ? .hidden : .missing(id), start: .max, end: .max))
        // What is above a hidden span is shown where it may be seen; that something is missing there is not told.
        if isHidden, let above = standIns.hidden[id] ?? nil { items[at].parent = indexes[above] }
        return at
    }

    /// Makes roots of spans that are their own ancestors: the earliest of each circle.
    private mutating func cutCircles() {
        var state = [UInt8](repeating: 0, count: items.count)
        let (onWay, done): (UInt8, UInt8) = (1, 2)
        for first in items.indices where state[first] == 0 {
            var way: [Int] = []
            var at: Int? = first
            while let here = at, state[here] == 0 {
                state[here] = onWay
                way.append(here)
                at = items[here].parent
            }
            if let here = at, state[here] == onWay, let begin = way.firstIndex(of: here) {
                let circle = way[begin...]
                if let earliest = circle.min(by: { items[$0].start < items[$1].start }) {
                    items[earliest].parent = nil
                }
            }
            for step in way { state[step] = done }
        }
    }

    /// Gives nodes without a span the time of what is below them, which are spans.
    private mutating func fillTimes() {
        for at in items.indices where items[at].span == nil {
            items[at].start = items[at].children.map { items[$0].start }.min() ?? 0
            items[at].end = items[at].children.map { items[$0].end }.max() ?? items[at].start
        }
    }

    private mutating func setOrder() {
        order = []
        order.reserveCapacity(items.count)
        let starts = items.map(\.start)
        for at in items.indices { items[at].children.sort { starts[$0] < starts[$1] } }
        let roots = items.indices.filter { items[$0].parent == nil }.sorted {
            items[$0].start < items[$1].start
        }
        var waiting = roots.reversed().map { Place(index: $0, depth: 0) }
        while let place = waiting.popLast() {
            let own = order.count
            order.append(place)
            for child in items[place.index].children.reversed() {
                waiting.append(Place(index: child, depth: place.depth + 1, parent: own))
            }
        }
        for at in order.indices.reversed() {
            if let parent = order[at].parent { order[parent].descendants += order[at].descendants + 1 }
        }
    }
}

extension TraceLinks {
    /// Moves spans whose machine's clock stands elsewhere than their parent's: a call cannot begin before it was made,
    /// and one that was waited for lies within the waiting. Clocks of one instance are one.
    mutating func alignClocks() {
        for place in order {
            let at = place.index
            guard let parent = items[at].parent, let clock = items[at].clock else { continue }
            var shift: Int64 = 0
            if let above = items[parent].clock {
                shift = above == clock ? items[parent].shift : Self.shift(of: items[at], below: items[parent])
            }
            guard shift != 0 else { continue }
            items[at].shift = shift
            items[at].start = items[at].start.plus(shift)
            items[at].end = items[at].end.plus(shift)
        }
        fillTimes()
        setOrder()
    }

    private static func shift(of child: Item, below parent: Item) -> Int64 {
        let early = parent.start.less(child.start)
        let late = child.end.less(parent.end)
        let isWaitedFor =
            child.span?.record.kind == .server && parent.span?.record.kind == .client
        let slack = parent.end.less(parent.start).less(child.end.less(child.start))
        // The way there takes as long as the way back, as far as anybody knows.
        if isWaitedFor, slack >= 0, early > 0 || late > 0 { return early.plus(slack / 2) }
        return max(early, 0)
    }
}
