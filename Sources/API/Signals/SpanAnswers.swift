package import GantryBase
import Model
import Telemetry
package import Wire

/// A span as the API tells it.
package struct SpanItem: Codable, Sendable {
    package struct Event: Codable, Sendable {
        package var time: Timestamp
        package var name: String
        package var attributes: JSONValue?
    }
    package var traceID: TraceID
    package var spanID: SpanID
    package var parentID: SpanID?
    package var name: String
    /// `server`, `client`, `producer`, `consumer`, `internal` or `unspecified`.
    package var kind: String
    /// `unset`, `ok` or `error`.
    package var status: String
    package var statusMessage: String?
    package var service: String
    package var environment: String
    package var region: String
    package var instance: String
    package var release: String?
    package var start: Timestamp
    package var durationNanoseconds: Int64
    package var attributes: JSONValue?
    package var events: [Event]?

    init(_ entry: SpanEntry) {
        let (record, source) = (entry.record, entry.source)
        (traceID, spanID, parentID) = (record.traceID, record.spanID, record.parentSpanID)
        (name, kind, status) = (record.name, "\(record.kind)", "\(record.status.code)")
        statusMessage = record.status.message.isEmpty ? nil : record.status.message
        service = source.service.path
        (environment, region) = (source.environment.text, source.region.text)
        (instance, release) = (source.instance.id, source.release?.path)
        (start, durationNanoseconds) = (record.start, record.durationNanoseconds)
        attributes = record.attributes.list.isEmpty ? nil : record.attributes.plainJSON
        let events = record.events.map { event in
            Event(
                time: event.time, name: event.name,
                attributes: event.attributes.list.isEmpty ? nil : event.attributes.plainJSON)
        }
        self.events = events.isEmpty ? nil : events
    }
}

package struct SpanAnswer: Codable, Sendable {
    package var items: [SpanItem]
    package var cost: CostView
}

/// A trace as a tree: its nodes depth first, each with its depth.
package struct TraceAnswer: Codable, Sendable {
    package struct Node: Codable, Sendable {
        package enum Kind: String, Codable, Sendable { case span, missing, hidden }
        package var kind: Kind
        package var depth: Int
        /// The index of the node above it.
        package var parent: Int?
        /// Of a missing span; a span has its own.
        package var spanID: SpanID?
        package var span: SpanItem?
        /// From the start of the trace.
        package var offsetNanoseconds: Int64
        package var durationNanoseconds: Int64
        /// How long the whole trace waited for this very span.
        package var criticalNanoseconds: Int64
        /// The stretches of that, from the start of the trace: `[from, to]`.
        package var critical: [[Int64]]
        /// What was added to its times, for a clock that stands elsewhere than its parent's.
        package var shiftNanoseconds: Int64?
    }
    package var id: TraceID
    package var start: Timestamp
    package var durationNanoseconds: Int64
    package var nodes: [Node]
    package var services: [String]
    /// Spans that others name as their parents and nobody has sent.
    package var missing: Int
    /// Spans that were left out beyond the limit.
    package var omitted: Int
    /// Whether there are spans that the asker may not see.
    package var isPartlyHidden: Bool

    init(_ tree: TraceTree) {
        (id, start, durationNanoseconds) = (tree.id, tree.start, tree.durationNanoseconds)
        services = tree.services.map(\.path).sorted()
        (missing, omitted, isPartlyHidden) = (tree.missing, tree.omitted, tree.isPartlyHidden)
        nodes = tree.nodes.map { node in
            let (kind, id): (Node.Kind, SpanID?) =
                switch node.content {
                case .span: (.span, nil)
                case .missing(let id): (.missing, id)
                case .hidden: (.hidden, nil)
                }
            return Node(
                kind: kind, depth: node.depth, parent: node.parent, spanID: id,
                span: node.span.map { SpanItem($0) }, offsetNanoseconds: node.offsetNanoseconds,
                durationNanoseconds: node.durationNanoseconds,
                criticalNanoseconds: node.criticalNanoseconds,
                critical: node.critical.map { [$0.from, $0.to] },
                shiftNanoseconds: node.shiftNanoseconds == 0 ? nil : node.shiftNanoseconds)
        }
    }
}
