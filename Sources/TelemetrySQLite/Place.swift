import GRDB

/// The end of a table: the number of its next row, and how many rows it has. Read and kept within one transaction.
struct Place {
    enum Table: String { case logs, spans, windows, points }

    private let table: Table
    var next: Int64
    private var rows: Int64
    private let before: Int64

    init(_ table: Table, in db: Database) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT next, rows FROM places WHERE name = ?"),
            arguments: [table.rawValue])
        self.table = table
        (next, rows) = (row?[0] ?? 1, row?[1] ?? 0)
        before = next
    }

    var count: Int { Int(rows) }

    /// Keeps the place after rows were added at `next`.
    func keep(in db: Database) throws {
        guard next != before else { return }
        try db.cachedStatement(sql: "UPDATE places SET next = ?, rows = ? WHERE name = ?")
            .execute(arguments: [next, rows + next - before, table.rawValue])
    }

    static func remove(_ count: Int, from table: Table, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE places SET rows = rows - ? WHERE name = ?")
            .execute(arguments: [count, table.rawValue])
    }
}
