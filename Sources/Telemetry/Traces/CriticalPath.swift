/// Finds the spans that a trace's duration is made of.
///
/// Walks back from the end: whatever ended last was waited for; before it began, the child of the same parent that had
/// ended last before that, or else the parent itself. A span that goes on after its parent's end was not waited for by
/// it, and only counts where it is what the trace as a whole ends with (after Zhang et al., "CRISP: Critical Path
/// Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022).
struct CriticalPath {
    private let items: [TraceLinks.Item]
    private let depths: [Int]
    /// The one that ends last at the end.
    private var roots: [Int]
    private var found: [[(from: Int64, to: Int64)]]

    init(_ links: TraceLinks) {
        items = links.items
        var depths = [Int](repeating: 0, count: links.items.count)
        for place in links.order { depths[place.index] = place.depth }
        self.depths = depths
        roots = links.order.filter { $0.depth == 0 }.map(\.index).sorted {
            links.items[$0].end < links.items[$1].end
        }
        found = Array(repeating: [], count: links.items.count)
    }

    /// For each item, by its index, its stretches in order.
    func stretches() -> [[(from: Int64, to: Int64)]] {
        var path = self
        path.find()
        return path.found.map { $0.reversed() }
    }

    private mutating func find() {
        // What ended last, nearest to a root where several did.
        let last = items.indices.max {
            (items[$0].end, -depths[$0], -$0) < (items[$1].end, -depths[$1], -$1)
        }
        guard let last else { return }
        var at = last
        var until = items[last].end
        while true {
            walk(at, until: until)
            until = min(until, items[at].start)
            var above = items[at].parent
            while let parent = above, items[parent].start >= until { above = items[parent].parent }
            if let above {
                at = above
            } else {
                // Nothing above explains what was before: another root that had ended by then may.
                var next = roots.popLast()
                while let root = next, items[root].end > until || items[root].start >= until {
                    next = roots.popLast()
                }
                guard let next else { return }
                (at, until) = (next, items[next].end)
            }
        }
    }

    private struct Visit {
        var item: Int
        /// Explained down to here.
        var cursor: Int64
        /// Children by their ends, the last first; those up to `next` have been looked at.
        var children: [Int]
        var next = 0
    }

    /// Explains the time from the span's start until `until`.
    private mutating func walk(_ item: Int, until: Int64) {
        var stack = [visit(item, until)]
        while var top = stack.popLast() {
            var below: Visit?
            while top.next < top.children.count, below == nil {
                let child = top.children[top.next]
                top.next += 1
                guard items[child].end <= top.cursor, items[child].end > items[child].start,
                    items[child].start >= items[top.item].start
                else { continue }
                add(top.item, items[child].end, top.cursor)
                top.cursor = items[child].start
                below = visit(child, items[child].end)
            }
            if let below {
                stack += [top, below]
            } else {
                add(top.item, items[top.item].start, top.cursor)
            }
        }
    }

    private func visit(_ item: Int, _ until: Int64) -> Visit {
        Visit(
            item: item, cursor: until,
            children: items[item].children.sorted { items[$0].end > items[$1].end })
    }

    private mutating func add(_ item: Int, _ from: Int64, _ to: Int64) {
        if from < to { found[item].append((from, to)) }
    }
}
