import GRDB
import GRDBSQLite

/// One prepared statement that is run for many rows: values go from memory to SQLite without a value of GRDB's for each
/// column, which costs more than the row.
///
/// Valid within the access to the database that made it.
struct RowStatement {
    /// Keeps the handle alive.
    private let statement: Statement
    private let handle: SQLiteStatement

    init(_ sql: String, in db: Database) throws {
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Columns count from 1, as SQLite has it.
    func bind(_ column: Int32, _ value: Int64) { sqlite3_bind_int64(handle, column, value) }

    /// The bytes must stay where they are until `run` has returned.
    func bind(_ column: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            sqlite3_bind_zeroblob(handle, column, 0)
            return
        }
        sqlite3_bind_blob64(handle, column, start, UInt64(bytes.count), nil)
    }

    /// Runs it once with what is bound.
    func run() throws {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        if code != SQLITE_DONE { throw error(code) }
    }

    /// Calls `visit` with each row until it returns false. The row is valid until then.
    func forEach(_ visit: (RowView) throws -> Bool) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: guard try visit(RowView(handle: handle)) else { return }
            case SQLITE_DONE: return
            case let code: throw error(code)
            }
        }
    }

    private func error(_ code: Int32) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

/// A row in the place where SQLite has it. Columns count from 0.
struct RowView {
    fileprivate let handle: SQLiteStatement

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
    }
}
