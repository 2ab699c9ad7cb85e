import Console
import Telemetry
import Testing
import Wire

/// A trace of any size fits a page, and nothing of it is lost from sight without a word.
@Suite struct TraceRowsTests {
    static func tree(_ spans: [SpanEntry]) throws -> TraceTree {
        try #require(TraceTree(SignalSamples.trace, spans))
    }

    /// Nodes with a row of their own, and those that other rows stand for.
    static func counts(_ rows: TraceRows) -> (own: [Int], hidden: Int) {
        var own: [Int] = []
        var hidden = 0
        for row in rows.rows {
            switch row {
            case .node(let index, _): own.append(index)
            case .more(_, let nodes, _): hidden += nodes
            }
        }
        return (own, hidden)
    }

    @Test func aSmallTraceIsShownWhole() throws {
        let tree = try Self.tree(SignalSamples.spans)
        let rows = TraceRows(tree)
        #expect(Self.counts(rows).own == Array(tree.nodes.indices) && Self.counts(rows).hidden == 0)
    }

    @Test(arguments: [1, 20, 120]) func aHugeTraceIsCutAndSaysSo(limit: Int) throws {
        let tree = try Self.tree(SignalSamples.hugeSpans)
        let rows = TraceRows(tree, limit: limit)
        let (own, hidden) = Self.counts(rows)
        #expect(own.count <= limit && own.count + hidden == tree.nodes.count)
        #expect(own == own.sorted() && own.first == 0)
        // Whatever is shown hangs below what is shown.
        for index in own { #expect(tree.nodes[index].parent.map(own.contains) ?? true) }
    }

    @Test func theChosenSpanIsShownWithTheWayDownToIt() throws {
        let tree = try Self.tree(SignalSamples.hugeSpans)
        let deepest = try #require(tree.nodes.indices.max { tree.nodes[$0].depth < tree.nodes[$1].depth })
        #expect(tree.nodes[deepest].depth > 20)
        let own = Self.counts(TraceRows(tree, keeping: deepest)).own
        #expect(own.contains(deepest))
    }

    @Test func aPartListsItsChildrenInTurn() throws {
        let tree = try Self.tree(SignalSamples.hugeSpans)
        let children = tree.nodes.indices.filter { tree.nodes[$0].parent == 0 }
        var seen: Set<Int> = []
        var skip = 0
        var pages = 0
        while true {
            let rows = TraceRows(tree, .below(0), skip: skip)
            let (own, hidden) = Self.counts(rows)
            #expect(own.count <= TraceRows.usualLimit && own.first == 0)
            let listed = own.filter { tree.nodes[$0].parent == 0 }
            #expect(seen.isDisjoint(with: listed))
            seen.formUnion(listed)
            let passed = children.prefix(skip).reduce(0) { $0 + tree.nodes[$1].descendants + 1 }
            #expect(own.count + hidden + passed == tree.nodes.count)
            pages += 1
            guard let next = rows.nextSkip else { break }
            skip = next
        }
        #expect(seen == Set(children) && pages == (children.count + 59) / 60)
    }

    @Test func aTraceOfLooseSpansListsItsRoots() throws {
        let loose = (2...500).map {
            SignalSamples.span(UInt64($0), UInt64($0) + 100_000, "yidian/article", "x", 0, 1)
        }
        let tree = try Self.tree(loose)
        #expect(tree.missing == 499)
        let rows = TraceRows(tree, .below(nil))
        let (own, hidden) = Self.counts(rows)
        #expect(
            own.count <= TraceRows.usualLimit && own.count + hidden == tree.nodes.count && rows.nextSkip == 60
        )
    }
}
