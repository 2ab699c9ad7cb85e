import GRDB
import GantryBase
import Synchronization

/// What this process has seen of leases, on its monotonic clock.
final class LeaseClock: Sendable {
    struct Seen: Sendable {
        var holder: String
        var renewal: Int64
        var endsAt: Int64
        var deadline: ContinuousClock.Instant
    }
    /// By lease name. There are as many names as parts that lead, a handful.
    private let seen = Mutex<[String: Seen]>([:])

    /// Notes that a lease was given, or first seen, now.
    func note(_ name: String, holder: String, renewal: Int64, endsAt: Int64, period: Period) {
        let deadline = ContinuousClock.now + period.duration
        seen.withLock {
            $0[name] = Seen(holder: holder, renewal: renewal, endsAt: endsAt, deadline: deadline)
        }
    }

    /// Whether the lease's period has gone by here; nil when this very lease was not seen before.
    func isOver(_ name: String, holder: String, renewal: Int64, endsAt: Int64) -> Bool? {
        guard let last = seen.withLock({ $0[name] }), last.holder == holder, last.renewal == renewal,
            last.endsAt == endsAt
        else { return nil }
        return ContinuousClock.now >= last.deadline
    }
}

enum LeaseTable {
    static func acquire(
        _ name: String, holder: String, period: Period, now: Timestamp, clock: LeaseClock, in db: Database
    ) throws -> Bool {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT holder, renewal, period, ends_at FROM leases WHERE name = ?"),
            arguments: [name])
        var renewal: Int64 = 1
        if let row {
            let (other, last, endsAt): (String, Int64, Int64) = (row[0], row[1], row[3])
            if other != holder {
                let over = clock.isOver(name, holder: other, renewal: last, endsAt: endsAt)
                if over == nil {
                    let period = Period(milliseconds: row[2])
                    clock.note(name, holder: other, renewal: last, endsAt: endsAt, period: period)
                }
                guard over ?? (now.nanoseconds >= endsAt) else { return false }
            }
            renewal = last + 1
        }
        let endsAt = (now + period).nanoseconds
        try db.cachedStatement(
            sql: """
                INSERT INTO leases (name, holder, renewal, period, ends_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewal = excluded.renewal,
                    period = excluded.period, ends_at = excluded.ends_at
                """
        ).execute(arguments: [name, holder, renewal, period.milliseconds, endsAt])
        clock.note(name, holder: holder, renewal: renewal, endsAt: endsAt, period: period)
        return true
    }

    static func release(_ name: String, holder: String, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM leases WHERE name = ? AND holder = ?")
            .execute(arguments: [name, holder])
    }
}
