import GRDB
import Model
import Synchronization
import Telemetry

/// The senders of records, each written once: records hold its number.
final class SourceTable: Sendable {
    /// Senders that are remembered in memory. 16,000 workloads of a few instances over some releases fit.
    private static let remembered = 100_000

    private let known = Mutex<[Int64: SignalSource]>([:])

    func reader(_ db: Database) -> Reader { Reader(table: self, db: db) }
    func writer(_ db: Database) -> Writer { Writer(db: db) }

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

        func id(_ source: SignalSource) throws -> Int64 {
            let arguments: StatementArguments = [source.instance.path, source.release?.path ?? ""]
            try db.cachedStatement(
                sql: "INSERT INTO sources (instance, release) VALUES (?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: arguments)
            return try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM sources WHERE instance = ? AND release = ?"),
                arguments: arguments) ?? 0
        }
    }
}
