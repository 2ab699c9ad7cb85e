import GRDB
import Synchronization

/// Group commit: what comes while a transaction is under way shares the next one, and one flush to the disk.
///
/// Each request is in a savepoint of its own: a conflict undoes that request alone. A fault of the disk undoes the
/// transaction; its requests are then tried one by one, so that a commit too large for the disk fails alone.
final class CommitQueue: Sendable {
    /// Requests in one transaction; bounds how long the first of them waits for the last.
    private static let largestGroup = 64

    private struct Request: Sendable {
        /// Returns what tells the caller of success, to be called once the transaction is on disk.
        var apply: @Sendable (Database) throws -> @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
    }
    private struct Waiting {
        var requests: [Request] = []
        var running = false
    }

    private let pool: DatabasePool
    private let path: String
    private let signal: CommitSignal
    private let state = Mutex(Waiting())

    init(pool: DatabasePool, path: String, signal: CommitSignal) {
        (self.pool, self.path, self.signal) = (pool, path, signal)
    }

    /// Runs `body` in a transaction and returns when that is on disk. Not cancelled with the task: the answer says
    /// whether it happened. `body` may run twice and must have no effect but on the database.
    func submit<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard !signal.isClosed else { throw SQLiteFault.closed(path) }
        return try await withCheckedThrowingContinuation { continuation in
            let request = Request(
                apply: { db in
                    let value = try body(db)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let starts = state.withLock { state in
                state.requests.append(request)
                defer { state.running = true }
                return !state.running
            }
            if starts { pool.asyncWriteWithoutTransaction { db in self.drain(db) } }
        }
    }

    private func drain(_ db: Database) {
        while let group = nextGroup() {
            do {
                finish(try transaction(group, db))
            } catch  where group.count > 1 {
                for request in group {
                    do {
                        finish(try transaction([request], db))
                    } catch {
                        request.fail(SQLiteFault.error(from: error, path: path))
                    }
                }
            } catch {
                for request in group { request.fail(SQLiteFault.error(from: error, path: path)) }
            }
        }
    }

    /// Nil, and the next request starts a drain of its own, when none waits.
    private func nextGroup() -> [Request]? {
        state.withLock { state in
            guard !state.requests.isEmpty else {
                state.running = false
                return nil
            }
            let group = Array(state.requests.prefix(Self.largestGroup))
            state.requests.removeFirst(group.count)
            return group
        }
    }

    private typealias Outcome = (version: Int64, answers: [@Sendable () -> Void])

    private func finish(_ outcome: Outcome) {
        signal.raise(to: outcome.version)
        for answer in outcome.answers { answer() }
    }

    /// Refusals (the product's errors) are answers of single requests; other errors end the transaction.
    private func transaction(_ group: [Request], _ db: Database) throws -> Outcome {
        var answers: [@Sendable () -> Void] = []
        var version: Int64 = 0
        try db.inTransaction(.immediate) {
            for request in group {
                do {
                    try db.inSavepoint {
                        answers.append(try request.apply(db))
                        return .commit
                    }
                } catch let refusal where !(refusal is DatabaseError) {
                    answers.append { request.fail(refusal) }
                }
            }
            version = try VersionCounter.current(db)
            return .commit
        }
        return (version, answers)
    }
}
