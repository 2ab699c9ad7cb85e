import GantryBase
import Logging
import Synchronization

/// One request from its arrival to the last byte of its answer: holds its seat, and writes its line of the access log
/// when the last reference goes, so exactly once, however the request ends.
final class Passage: Sendable {
    struct Facts: Sendable {
        var status = 0
        var user: String?
        /// Of the answer's body.
        var bytes: Int64 = 0
        var cause: String?
    }
    let id: String
    private let method: String
    private let target: String
    private let from: String
    private let logger: Logger
    private let seat: Seat?
    private let started = ContinuousClock.now
    private let facts = Mutex(Facts())

    /// In bytes; the rest of a longer address says nothing more.
    static let loggedTargetBytes = 500

    init(method: String, target: String, from: String, seat: Seat?, logger: Logger) {
        id = RandomName.make(length: 12)
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
        if let user = facts.user { metadata["user"] = "\(user)" }
        if let cause = facts.cause { metadata["cause"] = "\(cause)" }
        logger.log(level: facts.status >= 500 ? .error : .info, "request", metadata: metadata)
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
