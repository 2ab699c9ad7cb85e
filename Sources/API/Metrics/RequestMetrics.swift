import Synchronization

/// Counts answered requests by route, method and class of status, and how long they took.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var route: String
        var method: String
        var status: String
    }
    private struct Counts {
        var count: UInt64 = 0
        /// Of those that were timed: a stream lasts as long as its reader likes.
        var timed: UInt64 = 0
        var seconds = 0.0
        var buckets = [UInt64](repeating: 0, count: RequestMetrics.bounds.count)
    }
    private let counts = Mutex<[Key: Counts]>([:])

    /// Upper bounds in seconds. Most answers take about a millisecond; the slowest read files or wait for a disk.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// What stands for every address that no route has.
    static let noRoute = "none"
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

    /// - Parameters:
    ///   - route: nil where none was found.
    ///   - seconds: nil for a stream.
    func note(route: String?, method: String, status: Int, seconds: Double?) {
        // What a client makes up gives no series of its own.
        let key = Key(
            route: route ?? Self.noRoute, method: Self.methods.contains(method) ? method : "other",
            status: (100..<600).contains(status) ? "\(status / 100)xx" : "none")
        counts.withLock { counts in
            counts[key, default: Counts()].count += 1
            guard let seconds else { return }
            counts[key, default: Counts()].timed += 1
            counts[key, default: Counts()].seconds += seconds
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) {
                counts[key, default: Counts()].buckets[bucket] += 1
            }
        }
    }

    func add(to metrics: Metrics) {
        metrics.add("gantry_http_requests_total", .counter, "Requests that have been answered") { [self] in
            sorted().map { .init(Double($0.counts.count), $0.labels) }
        }
        metrics.add(
            "gantry_http_request_seconds", .histogram,
            "Time from a request's head to the last byte of its answer, without streams"
        ) { [self] in sorted().flatMap { Self.histogram($0.labels, $0.counts) } }
    }

    private typealias Labels = [(name: String, value: String)]

    private func sorted() -> [(labels: Labels, counts: Counts)] {
        counts.withLock { $0 }
            .sorted {
                ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
            }
            .map {
                ([("route", $0.key.route), ("method", $0.key.method), ("status", $0.key.status)], $0.value)
            }
    }

    private static func histogram(_ labels: Labels, _ counts: Counts) -> [Metrics.Sample] {
        guard counts.timed > 0 else { return [] }
        var samples: [Metrics.Sample] = []
        var sum: UInt64 = 0
        for (bound, count) in zip(bounds, counts.buckets) {
            sum += count
            samples.append(.init(Double(sum), labels + [("le", "\(bound)")], suffix: "_bucket"))
        }
        samples.append(.init(Double(counts.timed), labels + [("le", "+Inf")], suffix: "_bucket"))
        samples.append(.init(counts.seconds, labels, suffix: "_sum"))
        samples.append(.init(Double(counts.timed), labels, suffix: "_count"))
        return samples
    }
}
