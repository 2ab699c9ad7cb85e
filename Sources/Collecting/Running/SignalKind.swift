import GantryBase
import Wire

/// What a record of a spool holds, and where the gateway takes it.
///
/// A bulk record is a byte that tells its kind and one OTLP message in protobuf. Such messages can be joined by putting
/// one behind the other, since all their fields are lists; so can call windows with a comma between them.
enum SignalKind: UInt8, CaseIterable, Sendable {
    case traces = 1
    case logs = 2
    case metrics = 3
    case calls = 4

    init(_ signal: OTLP.Signal) {
        self =
            switch signal {
            case .traces: .traces
            case .logs: .logs
            case .metrics: .metrics
            }
    }

    var path: String {
        switch self {
        case .traces: OTLP.Signal.traces.path
        case .logs: OTLP.Signal.logs.path
        case .metrics: OTLP.Signal.metrics.path
        case .calls: "/v1/calls"
        }
    }

    var contentType: String { self == .calls ? "application/json" : OTLP.Encoding.protobuf.contentType }

    /// For messages to people.
    var noun: String {
        switch self {
        case .traces: "spans"
        case .logs: "log records"
        case .metrics: "metrics"
        case .calls: "call windows"
        }
    }
}

/// A payload for a spool, and how many events it holds.
struct SignalPiece: Sendable {
    var payload: [UInt8]
    var events: UInt32
}
