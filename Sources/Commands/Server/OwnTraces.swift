import API
import GantryBase
import Logging
import Model
import Wire

/// Brings the spans of the server's own requests to where all spans go, in batches and at leisure.
///
/// They come as those of `gantry/server`, a name that no service can have: no business may be called `gantry`.
struct OwnTraces: Sendable {
    typealias Take =
        @Sendable (_ batch: TraceBatch, _ bytes: Int, _ source: SignalSource) async throws -> Void

    let queue = SpanQueue()
    let logger: Logger
    let take: Take
    /// How long a span waits at most: it shall be found soon, and a write for each would cost more than the request.
    var interval = Period.milliseconds(500)
    /// What one span counts for where senders are bounded by their bytes.
    private static let bytesPerSpan = 400

    static let service = ServiceName("gantry", "server")

    /// As an instance in a place of its own, which is no environment of the platform.
    static let source = SignalSource(
        instance: InstanceName(WorkloadName(service, "server", "local"), "server"), release: nil)

    init(logger: Logger, take: @escaping Take) { (self.logger, self.take) = (logger, take) }

    /// Until the task is cancelled; what is there then goes out first.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval.duration)
            await flush()
        }
    }

    func flush() async {
        let spans = queue.take()
        guard !spans.isEmpty else { return }
        let resource = SignalResource(["service.name": "server", "service.namespace": "gantry"])
        do {
            try await take(TraceBatch(spans, from: resource), spans.count * Self.bytesPerSpan, Self.source)
        } catch {
            // They are about the server, not of it: what is lost is said and not tried again.
            logger.warning(
                "spans of own requests are lost", metadata: ["count": "\(spans.count)", "error": "\(error)"])
        }
    }

    func add(to metrics: Metrics) {
        let queue = queue
        metrics.number("gantry_own_spans_waiting", .gauge, "Spans of own requests on their way to the store")
        {
            Double(queue.count)
        }
        metrics.number("gantry_own_spans_dropped_total", .counter, "Spans of own requests that found no room")
        {
            Double(queue.dropped)
        }
    }
}
