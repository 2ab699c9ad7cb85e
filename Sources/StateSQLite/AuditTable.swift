import GRDB
import GantryBase
import State

/// Appends to and reads the audit log. Triggers of the schema refuse everything else.
enum AuditTable {
    static func append(_ records: [AuditRecord], in db: Database) throws {
        guard !records.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO audit (at, who, action, object, allowed, before, after, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for record in records {
            try statement.execute(
                arguments: [
                    record.at.nanoseconds, record.who, record.action, record.object, record.allowed,
                    record.before, record.after, record.detail,
                ])
        }
    }

    static func list(_ query: AuditQuery, in db: Database) throws -> [AuditRecord] {
        var arguments: StatementArguments = [query.beforeNumber ?? .max]
        var sql = "number < ?"
        if !query.objectPrefix.isEmpty {
            let range = NameRange(prefix: query.objectPrefix)
            sql += " AND object >= ?"
            arguments += [range.first]
            if let end = range.end {
                sql += " AND object < ?"
                arguments += [end]
            }
        }
        if let who = query.who {
            sql += " AND who = ?"
            arguments += [who]
        }
        if let before = query.before {
            sql += " AND at < ?"
            arguments += [before.nanoseconds]
        }
        arguments += [StateLimits.pageSize(for: query.limit)]
        let statement = try db.cachedStatement(
            sql: """
                SELECT number, at, who, action, object, allowed, before, after, detail FROM audit
                WHERE \(sql) ORDER BY number DESC LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            var record = AuditRecord(
                at: Timestamp(nanoseconds: row[1]), who: row[2], action: row[3], object: row[4],
                allowed: row[5],
                before: row[6], after: row[7], detail: row[8])
            record.number = row[0]
            return record
        }
    }
}
