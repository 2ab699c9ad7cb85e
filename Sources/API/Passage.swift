import GantryBase
import HTTPTypes
import Logging
import Synchronization
import Wire

/// One request from its arrival to the last byte of its answer: holds its seat, and writes its line of the access log
/// when the last reference goes, so exactly once, however the request ends.
final class Passage: Sendable {
    struct Facts: Sendable {
        var status = 0
        var user: String?
        /// Of the answer's body.
        var bytes: Int64 = 0
        var cause: String?
        /// The route's pattern, once it is known.
        var route: String?
        /// Whether a span of it says something.
        var isTraced = false
        /// Whether it lasts as long as its reader likes.
        var isStream = false
    }
    let id: String
    private let method: String
    private let target: String
    private let from: String
    private let logger: Logger
    private let seat: Seat?
    private let observers: Observers
    private let span: ServerSpan
    private let started = ContinuousClock.now
    private let facts = Mutex(Facts())

    /// In bytes; the rest of a longer address says nothing more.
    static let loggedTargetBytes = 500

    init(
        method: String, target: String, headers: HTTPFields, from: String, seat: Seat?,
        observers: Observers, logger: Logger
    ) {
        id = RandomName.make(length: 12)
        self.observers = observers
        span = ServerSpan(headers, at: observers.time.now())
        (self.method, self.from, self.seat, self.logger) = (method, from, seat, logger)
        self.target = Self.redacted(target)
    }

    func note(_ change: (inout Facts) -> Void) { facts.withLock { change(&$0) } }

    deinit {
        let facts = facts.withLock { $0 }
        let duration = ContinuousClock.now - started
        var metadata: Logger.Metadata = [
            "id": "\(id)", "method": "\(method)", "target": "\(target)", "status": "\(facts.status)",
            "milliseconds": "\(duration / .milliseconds(1))", "bytes": "\(facts.bytes)", "from": "\(from)",
        ]
        if facts.isTraced { metadata["trace"] = "\(span.own.traceID)" }
        if let user = facts.user { metadata["user"] = "\(user)" }
        if let cause = facts.cause { metadata["cause"] = "\(cause)" }
        logger.log(level: facts.status >= 500 ? .error : .info, "request", metadata: metadata)
        observers.requests.note(
            route: facts.route, method: method, status: facts.status,
            seconds: facts.isStream ? nil : duration / .seconds(1))
        guard facts.isTraced, !facts.isStream, let route = facts.route, let take = observers.spans else {
            return
        }
        take(
            span.record(
                route: route, method: method, path: String(target.prefix { $0 != "?" }),
                status: facts.status, user: facts.user, requestID: id, end: observers.time.now()))
    }

    /// Cut short, and without the values of parameters that are called like something secret.
    static func redacted(_ target: String) -> String {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var text = String(parts[0])
        if parts.count > 1 {
            let items = parts[1].split(separator: "&").map { item -> Substring in
                let name = item.prefix { $0 != "=" }
                let folded = name.lowercased()
                // A name with percent signs could spell the same word.
                let isSecret = ["token", "secret", "password", "code", "state", "%"].contains {
                    folded.contains($0)
                }
                return isSecret ? name + "=***" : item
            }
            text += "?" + items.joined(separator: "&")
        }
        let cut = text.utf8.count > loggedTargetBytes
        return cut ? String(decoding: text.utf8.prefix(loggedTargetBytes), as: UTF8.self) + "…" : text
    }
}

extension Passage.Facts {
    /// Health and signals are asked for without end by machines, assets by every page: a span of each says nothing.
    mutating func found(_ route: Route) {
        self.route = route.shown
        isTraced = route.operation?.isTraced ?? (route.pattern.first != .word("assets"))
    }
}
