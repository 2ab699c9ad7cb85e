import Synchronization
package import Wire

/// Spans on their way from requests to the store: as many as fit, never waited for. A request is not slower for it.
package final class SpanQueue: Sendable {
    /// A few seconds of a busy server, about 2 MB.
    package static let limit = 4096

    private struct State {
        var spans: [SpanRecord] = []
        var dropped = 0
    }
    private let state = Mutex(State())

    package init() {}

    package func add(_ span: SpanRecord) {
        state.withLock { state in
            if state.spans.count < Self.limit { state.spans.append(span) } else { state.dropped += 1 }
        }
    }

    /// All that wait, the first first.
    package func take() -> [SpanRecord] {
        state.withLock { state in
            defer { state.spans = [] }
            return state.spans
        }
    }

    package var count: Int { state.withLock { $0.spans.count } }
    /// Spans that came while it was full.
    package var dropped: Int { state.withLock { $0.dropped } }
}
