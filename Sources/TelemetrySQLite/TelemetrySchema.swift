import GRDB
import GantryBase
import Telemetry

/// The tables and how a file gets them. Times are nanoseconds since 1970.
///
/// What makes an append cheap: a row goes to the end of its table, and every index grows at its end or within a part of
/// a few hundred pages, so that an append touches few pages however large the file is. `docs/decisions/0015` has the
/// figures.
enum TelemetrySchema {
    /// Pages that lie in the log before they are written to their places. More makes fewer writes of pages that change
    /// often, and a longer pause when it happens: 16 MB.
    private static let checkpointPages = 4096
    /// In KiB, of each connection: the part of the index of traces that grows, and the ends of the others.
    private static let cache = 8 << 10
    /// Of the log once it is written back, in bytes.
    private static let logBytes = 64 << 20

    /// Of every connection. `auto_vacuum` counts before the first table is made.
    @Sendable static func prepare(_ db: Database) throws {
        try db.execute(sql: "PRAGMA cache_size = -\(cache)")
        guard !db.configuration.readonly else { return }
        try db.execute(
            sql: """
                PRAGMA auto_vacuum = INCREMENTAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = \(checkpointPages);
                PRAGMA journal_size_limit = \(logBytes);
                """)
    }

    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: tables) }
        try migrator.migrate(pool)
    }

    /// - `sources`: senders; `seen` is when something of theirs came last, in seconds, an hour or so late.
    /// - `places`: for each table, the number of its next row, which is never given twice, and how many rows it has.
    /// - `logs`, `spans`: `record` is the protobuf message of OTLP's `LogRecord` or `Span`, with what resource and scope
    ///   add to its attributes.
    /// - `span_traces`: where the spans of a trace are: `count` rows of `spans` from `first` on. `trace` is the low half
    ///   of its id, `part` is `first` divided by `SpanTable.part`: a random trace finds its page within the part.
    /// - `streams`: names of a sender's counters of calls and of its queues.
    /// - `windows`, `batches`: which windows and bodies the store has had. Of a window, `second` is its own; of a body,
    ///   when it came.
    /// - `calls`: the calls of one key and window; `counts` is JSON.
    private static let tables = """
        CREATE TABLE sources (id INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, release TEXT NOT NULL,
            seen INTEGER NOT NULL, UNIQUE (instance, release)) STRICT;
        CREATE TABLE places (name TEXT PRIMARY KEY, next INTEGER NOT NULL, rows INTEGER NOT NULL) STRICT;
        INSERT INTO places VALUES ('logs', 1, 0), ('spans', 1, 0), ('windows', 1, 0), ('points', 1, 0);
        CREATE TABLE logs (position INTEGER PRIMARY KEY, time INTEGER NOT NULL, source INTEGER NOT NULL,
            severity INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE INDEX logs_time ON logs (time);
        CREATE TABLE spans (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, source INTEGER NOT NULL,
            record BLOB NOT NULL) STRICT;
        CREATE INDEX spans_start ON spans (start);
        CREATE TABLE span_traces (part INTEGER NOT NULL, trace INTEGER NOT NULL, first INTEGER NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (part, trace, first)) STRICT, WITHOUT ROWID;
        CREATE TABLE streams (id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, name TEXT NOT NULL,
            UNIQUE (source, name)) STRICT;
        CREATE TABLE windows (stream INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
            second INTEGER NOT NULL, UNIQUE (stream, epoch, sequence)) STRICT;
        CREATE INDEX windows_second ON windows (second);
        CREATE TABLE batches (stream INTEGER NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
            second INTEGER NOT NULL, UNIQUE (stream, epoch, sequence)) STRICT;
        CREATE INDEX batches_second ON batches (second);
        CREATE TABLE call_keys (id INTEGER PRIMARY KEY, side TEXT NOT NULL, caller TEXT NOT NULL,
            callee TEXT NOT NULL, interface TEXT NOT NULL, code TEXT NOT NULL, outcome TEXT NOT NULL,
            UNIQUE (side, caller, callee, interface, code, outcome)) STRICT;
        CREATE TABLE calls (second INTEGER NOT NULL, source INTEGER NOT NULL, key INTEGER NOT NULL,
            counts BLOB NOT NULL) STRICT;
        CREATE INDEX calls_second ON calls (second);
        CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, name TEXT NOT NULL,
            labels TEXT NOT NULL, UNIQUE (source, name, labels)) STRICT;
        CREATE TABLE points (series INTEGER NOT NULL, time INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
        CREATE INDEX points_series ON points (series, time);
        CREATE INDEX points_time ON points (time);
        """
}
