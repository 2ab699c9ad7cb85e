import GantryBase
package import Telemetry
import Wire

/// Chooses which nodes of a trace a page shows, so that a trace of ten thousand spans is as light as one of ten.
///
/// What took the time and what failed is shown first, with the way down to it; the rest of a node's children stand in
/// one row that leads to them.
package struct TraceRows: Sendable, Hashable {
    package enum Row: Sendable, Hashable {
        /// An index of the tree's nodes, and how far below the first row it lies.
        case node(Int, depth: Int)
        /// Children of a node that have no row of their own, and how many nodes that makes with what is below them.
        case more(under: Int, nodes: Int, depth: Int)
    }
    /// Which part of the trace.
    package enum Scope: Sendable, Hashable {
        case whole
        /// The node and what is directly below it, in the order of time and a part at a time; nil for the roots.
        case below(Int?)
    }
    package let rows: [Row]
    /// Where the next part of what is directly below begins.
    package let nextSkip: Int?

    /// With its bars, links and marks a row weighs about 600 bytes.
    package static let usualLimit = 120

    /// - Parameter keeping: a node that is shown whatever it is, such as the one that was chosen.
    package init(
        _ tree: TraceTree, _ scope: Scope = .whole, skip: Int = 0, keeping: Int? = nil,
        limit: Int = Self.usualLimit
    ) {
        let nodes = tree.nodes
        var top: Int?
        if case .below(let index) = scope { top = index }
        let bounds = top.map { $0..<$0 + nodes[$0].descendants + 1 } ?? 0..<nodes.count
        let base = top.map { nodes[$0].depth } ?? 0
        if bounds.count <= limit, skip == 0 {
            rows = bounds.map { .node($0, depth: nodes[$0].depth - base) }
            nextSkip = nil
            return
        }
        var shown: Set<Int> = top.map { [$0] } ?? []
        var passed: Set<Int> = []
        var next: Int?
        if case .below = scope {
            let children = bounds.filter { $0 != top && nodes[$0].parent == top }
            let end = min(children.count, skip + limit / 2)
            passed = Set(children.prefix(skip))
            shown.formUnion(children[min(skip, end)..<end])
            next = end < children.count ? end : nil
        }
        let listed = scope == .whole ? nil : shown
        /// Adds a node with the way down to it, as long as there is room; in a list only below what is listed.
        func add(_ index: Int) {
            var way: [Int] = []
            var at: Int? = index
            while let here = at, bounds.contains(here), !shown.contains(here) {
                way.append(here)
                at = nodes[here].parent
            }
            if let listed, at.map({ !listed.contains($0) && !shown.contains($0) || $0 == top }) ?? true {
                return
            }
            if shown.count + way.count <= limit { shown.formUnion(way) }
        }
        if let keeping, bounds.contains(keeping) { add(keeping) }
        for index in bounds.sorted(by: { Self.goesBefore(nodes, $0, $1) }) {
            if shown.count >= limit { break }
            add(index)
        }
        rows = Self.list(nodes, bounds, base, shown, passed)
        nextSkip = next
    }

    /// The longer it was waited for, then failures, then what is higher up, then what is longer.
    private static func goesBefore(_ nodes: [TraceTree.Node], _ a: Int, _ b: Int) -> Bool {
        let (x, y) = (nodes[a], nodes[b])
        let critical = (x.criticalNanoseconds, y.criticalNanoseconds)
        if critical.0 != critical.1 { return critical.0 > critical.1 }
        let failed = (x.span?.record.status.code == .error, y.span?.record.status.code == .error)
        if failed.0 != failed.1 { return failed.0 }
        if x.depth != y.depth { return x.depth < y.depth }
        if x.durationNanoseconds != y.durationNanoseconds {
            return x.durationNanoseconds > y.durationNanoseconds
        }
        return a < b
    }

    private static func list(
        _ nodes: [TraceTree.Node], _ bounds: Range<Int>, _ base: Int, _ shown: Set<Int>, _ passed: Set<Int>
    ) -> [Row] {
        var rows: [Row] = []
        /// Nodes that are left out, by the shown node that they hang below; roots hang below none, which is -1.
        var left: [Int: Int] = [:]
        var open: [Int] = []
        func close(until index: Int) {
            while let last = open.last, index > last + nodes[last].descendants {
                open.removeLast()
                if let count = left[last] {
                    rows.append(.more(under: last, nodes: count, depth: nodes[last].depth - base + 1))
                }
            }
        }
        var index = bounds.lowerBound
        while index < bounds.upperBound {
            close(until: index)
            if shown.contains(index) {
                rows.append(.node(index, depth: nodes[index].depth - base))
                open.append(index)
                index += 1
            } else {
                if !passed.contains(index) {
                    left[nodes[index].parent ?? -1, default: 0] += nodes[index].descendants + 1
                }
                index += nodes[index].descendants + 1
            }
        }
        close(until: .max)
        if let count = left[-1] { rows.append(.more(under: -1, nodes: count, depth: 0)) }
        return rows
    }
}
