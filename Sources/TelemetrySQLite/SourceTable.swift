import GRDB
import Model
import Synchronization
import Telemetry

/// The senders of records, each written once: records hold its number.
final class SourceTable: Sendable {
    /// Senders that are remembered in memory. 16,000 workloads of a few instances over some releases fit.
    private static let remembered = 100_000
    /// In seconds: how late a sender's `seen` may be, so that not every append writes it.
    static let seenStep: Int64 = 3600

    private let known = Mutex<[Int64: SignalSource]>([:])

    func reader(_ db: Database) -> Reader { Reader(table: self, db: db) }
    func writer(_ db: Database, now: Int64) -> Writer { Writer(db: db, now: now) }

    /// Turns numbers into senders, within one read.
    struct Reader {
        let table: SourceTable
        let db: Database

        /// The sender if the selection has it.
        func source(_ id: Int64, in selection: Selection) throws -> SignalSource? {
            guard let source = try source(id), selection.contains(source) else { return nil }
            return source
        }

        private func source(_ id: Int64) throws -> SignalSource? {
            if let source = table.known.withLock({ $0[id] }) { return source }
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT instance, release FROM sources WHERE id = ?"), arguments: [id]
            )
            guard let row, let instance = InstanceName(path: row[0]) else { return nil }
            let source = SignalSource(instance: instance, release: ReleaseName(path: row[1]))
            table.known.withLock { known in
                if known.count >= SourceTable.remembered { known = [:] }
                known[id] = source
            }
            return source
        }
    }

    /// Finds or makes numbers, within one transaction.
    struct Writer {
        let db: Database
        /// In seconds since 1970.
        let now: Int64

        func id(_ source: SignalSource) throws -> Int64 {
            let arguments: StatementArguments = [source.instance.path, source.release?.path ?? ""]
            let found = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT id, seen FROM sources WHERE instance = ? AND release = ?"),
                arguments: arguments)
            guard let found else {
                try db.cachedStatement(
                    sql: "INSERT INTO sources (instance, release, seen) VALUES (?, ?, ?)"
                ).execute(arguments: arguments + [now])
                return db.lastInsertedRowID
            }
            let id: Int64 = found[0]
            if now - (found[1] as Int64) >= SourceTable.seenStep {
                try db.cachedStatement(sql: "UPDATE sources SET seen = ? WHERE id = ?")
                    .execute(arguments: [now, id])
            }
            return id
        }

        /// The number of one of a sender's counters or queues.
        func stream(_ name: String, of source: Int64) throws -> Int64 {
            let arguments: StatementArguments = [source, name]
            let found = try db.cachedStatement(sql: "SELECT id FROM streams WHERE source = ? AND name = ?")
            if let id = try Int64.fetchOne(found, arguments: arguments) { return id }
            try db.cachedStatement(sql: "INSERT INTO streams (source, name) VALUES (?, ?)")
                .execute(arguments: arguments)
            return db.lastInsertedRowID
        }

        /// Leaves out bodies that the store has had; the others it has from now on.
        func fresh<Record>(
            _ groups: [SourcedRecords<Record>], repeated: inout Int
        ) throws -> [(source: Int64, records: [Record])] {
            var fresh: [(source: Int64, records: [Record])] = []
            for group in groups where !group.records.isEmpty {
                let source = try id(group.source)
                if let batch = group.id, try !takes(batch, of: source) {
                    repeated += 1
                } else {
                    fresh.append((source, group.records))
                }
            }
            return fresh
        }

        private func takes(_ batch: BatchID, of source: Int64) throws -> Bool {
            try db.cachedStatement(
                sql: """
                    INSERT INTO batches (stream, epoch, sequence, second) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """
            ).execute(arguments: [
                try stream(batch.stream, of: source), batch.epoch, Int64(bitPattern: batch.sequence), now,
            ])
            return db.changesCount > 0
        }
    }
}
