import GantryBase
import Model
import Telemetry
import Testing
import Wire

@Suite struct TraceTreeTests {
    static let noon = Timestamp(seconds: 1_767_225_600)
    static let id = TraceID(high: 1, low: 2)

    /// A span as a row: id, parent, service, from and to in milliseconds after noon, and its kind.
    struct Row: Sendable {
        var id: UInt64
        var parent: UInt64?
        var service: String
        var from: Int64
        var to: Int64
        var kind = SpanRecord.Kind.internal

        init(
            _ id: UInt64, _ parent: UInt64?, _ service: String, _ from: Int64, _ to: Int64,
            _ kind: SpanRecord.Kind = .internal
        ) {
            (self.id, self.parent, self.service) = (id, parent, service)
            (self.from, self.to, self.kind) = (from, to, kind)
        }

        var entry: SpanEntry {
            let parts = service.split(separator: "/").map(String.init)
            let name = ServiceName(BusinessName(parts[0]), parts[1])
            return SpanEntry(
                source: SignalSource(
                    instance: InstanceName(WorkloadName(name, "production", "nanjing"), "i1"), release: nil),
                record: SpanRecord(
                    traceID: TraceTreeTests.id, spanID: SpanID(id), parentSpanID: parent.map { SpanID($0) },
                    name: "span \(id)", kind: kind, start: noon + .milliseconds(from),
                    end: noon + .milliseconds(to)))
        }
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rows: [Row]
        /// Node by node: depth and what it is, `3` a span, `?3` a missing one, `*` a hidden one.
        var tree: String
        /// Whose time it was, in milliseconds.
        var critical: [String: Int64]
        var hidden: Set<String> = []
    }

    static let examples = [
        Example(
            testDescription: "children one after the other, the rest is the parent's own",
            rows: [Row(1, nil, "a/a", 0, 100), Row(2, 1, "a/a", 10, 40), Row(3, 1, "a/a", 50, 90)],
            tree: "0:1 1:2 1:3", critical: ["1": 30, "2": 30, "3": 40]),
        Example(
            testDescription: "of children at the same time, the one that ended last was waited for",
            rows: [
                Row(1, nil, "a/a", 0, 100), Row(2, 1, "a/a", 10, 90), Row(3, 1, "a/a", 10, 60),
                Row(4, 3, "a/a", 20, 50),
            ], tree: "0:1 1:2 1:3 2:4", critical: ["1": 20, "2": 80]),
        Example(
            testDescription: "what goes on after its parent's end was not waited for by it",
            rows: [
                Row(1, nil, "a/a", 0, 100), Row(2, 1, "a/a", 20, 60), Row(3, 2, "a/a", 30, 90),
            ], tree: "0:1 1:2 2:3", critical: ["1": 60, "2": 40]),
        Example(
            testDescription: "what the trace as a whole ends with counts, with the way to it",
            rows: [Row(1, nil, "a/a", 0, 50), Row(2, 1, "a/a", 10, 20), Row(3, 1, "a/a", 40, 200)],
            tree: "0:1 1:2 1:3", critical: ["1": 30, "2": 10, "3": 160]),
        Example(
            testDescription: "a parent that nobody sent has a place, and its children's time",
            rows: [Row(2, 9, "a/a", 10, 40), Row(3, 9, "a/a", 50, 90), Row(1, nil, "a/a", 0, 5)],
            tree: "0:1 0:?9 1:2 1:3", critical: ["1": 5, "?9": 10, "2": 30, "3": 40]),
        Example(
            testDescription: "several roots, one after the other",
            rows: [Row(1, nil, "a/a", 0, 30), Row(2, nil, "a/b", 40, 100), Row(3, nil, "a/c", 50, 70)],
            tree: "0:1 0:2 0:3", critical: ["1": 30, "2": 60]),
        Example(
            testDescription: "a clock that is behind: a call that was waited for lies within the waiting",
            rows: [
                Row(1, nil, "a/a", 0, 100, .server), Row(2, 1, "a/a", 10, 90, .client),
                Row(3, 2, "b/b", -500, -440, .server), Row(4, 3, "b/b", -490, -450),
            ], tree: "0:1 1:2 2:3 3:4", critical: ["1": 20, "2": 20, "3": 20, "4": 40]),
        Example(
            testDescription: "a clock that is ahead",
            rows: [Row(1, nil, "a/a", 0, 100, .client), Row(2, 1, "b/b", 5000, 5080, .server)],
            tree: "0:1 1:2", critical: ["1": 20, "2": 80]),
        Example(
            testDescription: "a message that is read later is later, and never earlier",
            rows: [
                Row(1, nil, "a/a", 0, 10, .producer), Row(2, 1, "b/b", 50, 70, .consumer),
                Row(3, 1, "c/c", -50, -45, .consumer),
            ], tree: "0:1 1:3 1:2", critical: ["1": 5, "3": 5, "2": 20]),
        Example(
            testDescription: "parents in a circle are cut at the earliest",
            rows: [Row(1, 3, "a/a", 0, 10), Row(2, 1, "a/a", 1, 9), Row(3, 2, "a/a", 2, 8)],
            tree: "0:1 1:2 2:3", critical: ["1": 2, "2": 2, "3": 6]),
        Example(
            testDescription: "a span that is its own parent is a root",
            rows: [Row(1, 1, "a/a", 0, 10)], tree: "0:1", critical: ["1": 10]),
        Example(
            testDescription: "a span that came twice is there once",
            rows: [Row(1, nil, "a/a", 0, 10), Row(1, nil, "a/a", 0, 10)], tree: "0:1", critical: ["1": 10]),
        Example(
            testDescription: "hidden spans between visible ones are one node without a name",
            rows: [
                Row(1, nil, "a/a", 0, 100), Row(2, 1, "b/b", 10, 90), Row(3, 2, "b/b", 20, 80),
                Row(4, 3, "a/c", 30, 50), Row(5, 2, "a/c", 60, 70), Row(6, 1, "b/b", 91, 95),
            ], tree: "0:1 1:* 2:4 2:5", critical: ["1": 60, "*": 10, "4": 20, "5": 10], hidden: ["b"]),
        Example(
            testDescription: "what is above a hidden root is not told",
            rows: [Row(1, 9, "b/b", 0, 100), Row(2, 1, "a/a", 10, 20)], tree: "0:* 1:2",
            critical: ["2": 10], hidden: ["b"]),
        Example(
            testDescription: "spans without a duration take no time",
            rows: [Row(1, nil, "a/a", 0, 0), Row(2, 1, "a/a", 0, 0)], tree: "0:1 1:2", critical: [:]),
    ]

    @Test(arguments: examples)
    func spansBecomeATree(example: Example) throws {
        for rows in [example.rows, example.rows.reversed()] {
            let tree = try #require(
                TraceTree(Self.id, rows.map(\.entry)) {
                    !example.hidden.contains($0.service.business.text)
                })
            #expect(Self.shape(tree) == example.tree)
            var critical: [String: Int64] = [:]
            for node in tree.nodes where node.criticalNanoseconds > 0 {
                critical[Self.name(node), default: 0] += node.criticalNanoseconds / 1_000_000
            }
            #expect(critical == example.critical)
            Self.expectSound(tree)
        }
    }

    @Test func nothingVisibleIsNoTrace() {
        #expect(TraceTree(Self.id, []) == nil)
        #expect(TraceTree(Self.id, [Row(1, nil, "a/a", 0, 1).entry]) { _ in false } == nil)
    }

    @Test func aClocksCorrectionIsTold() throws {
        let rows = [Row(1, nil, "a/a", 0, 100, .client), Row(2, 1, "b/b", -500, -440, .server)]
        let tree = try #require(TraceTree(Self.id, rows.map(\.entry)))
        #expect(tree.nodes.map(\.shiftNanoseconds) == [0, 520_000_000])
        #expect(tree.nodes.map(\.offsetNanoseconds) == [0, 20_000_000])
        #expect(tree.durationNanoseconds == 100_000_000 && tree.start == Self.noon)
    }

    @Test func timesAtTheEndsOfTimeAreNoTrap() throws {
        var first = Row(1, nil, "a/a", 0, 1, .client).entry
        var second = Row(2, 1, "b/b", 0, 1, .server).entry
        (first.record.start, first.record.end) = (
            Timestamp(nanoseconds: .max - 5), Timestamp(nanoseconds: .max)
        )
        (second.record.start, second.record.end) = (
            Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .min + 3)
        )
        let tree = try #require(TraceTree(Self.id, [first, second]))
        #expect(tree.nodes.count == 2)
        first.record.end = Timestamp(nanoseconds: .min)
        #expect(TraceTree(Self.id, [second, first]) != nil)
    }

    /// Shapes that would be slow or deep if something in the work on them were.
    @Test(arguments: ["chain", "star", "roots", "orphans", "circles", "hidden chain"])
    func aHundredThousandSpansAreATreeInAMoment(shape: String) throws {
        let count: UInt64 = 100_000
        let entries = (1...count).map { number -> SpanEntry in
            let at = Int64(number)
            return switch shape {
            case "chain":
                Row(number, number == 1 ? nil : number - 1, "a/a", at, 2 * Int64(count) - at).entry
            case "star":
                Row(
                    number, number == 1 ? nil : 1, "a/a", number == 1 ? 0 : at, number == 1 ? 200_000 : at + 1
                )
                .entry
            case "roots": Row(number, nil, "a/a", at * 2, at * 2 + 1).entry
            case "orphans": Row(number, number + count, "a/a", at, at + 3).entry
            case "circles": Row(number, number ^ 1, "a/a", at, at + 3).entry
            default:
                Row(number, number == 1 ? nil : number - 1, number % 1000 == 1 ? "a/a" : "b/b", at, at + 9)
                    .entry
            }
        }
        let start = ContinuousClock.now
        let tree = try #require(TraceTree(Self.id, entries) { $0.service.business == "a" })
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(tree.spans == (shape == "hidden chain" ? 100 : 100_000))
        Self.expectSound(tree)
    }

    static func name(_ node: TraceTree.Node) -> String {
        switch node.content {
        case .span(let entry): "\(entry.record.spanID.value)"
        case .missing(let id): "?\(id.value)"
        case .hidden: "*"
        }
    }

    static func shape(_ tree: TraceTree) -> String {
        tree.nodes.map { "\($0.depth):\(name($0))" }.joined(separator: " ")
    }

    /// What holds for every tree: places fit together, and no moment is two spans'.
    static func expectSound(_ tree: TraceTree) {
        var ends: [Int] = []
        var isSound = true
        for (at, node) in tree.nodes.enumerated() {
            while let end = ends.last, end < at { ends.removeLast() }
            let fits = node.parent.map { $0 < at && tree.nodes[$0].depth == node.depth - 1 }
            isSound =
                isSound && ends.count == node.depth && (fits ?? (node.depth == 0))
                && at + node.descendants < tree.nodes.count && node.offsetNanoseconds >= 0
                && node.durationNanoseconds >= 0
            ends.append(at + node.descendants)
        }
        #expect(isSound)
        let stretches = tree.nodes.flatMap(\.critical).sorted { $0.from < $1.from }
        #expect(stretches.allSatisfy { $0.from >= 0 && $0.from < $0.to && $0.to <= tree.durationNanoseconds })
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.to <= $1.from })
    }
}
