import GRDB
import GantryBase
import Telemetry

/// The tables and how a file gets them. Times are nanoseconds since 1970.
enum TelemetrySchema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: tables) }
        try migrator.migrate(pool)
    }

    /// Which rows of which table are too old.
    static func ages(_ bounds: RetentionBounds) -> [(table: String, column: String, bound: Int64)] {
        [
            ("logs", "time", bounds.logs.nanoseconds), ("spans", "start", bounds.spans.nanoseconds),
            ("calls", "second", bounds.calls.seconds), ("windows", "second", bounds.calls.seconds),
            ("points", "time", bounds.series.nanoseconds),
        ]
    }

    /// Records are kept as OTLP requests of one record each. AUTOINCREMENT keeps positions from being given twice.
    private static let tables = """
        CREATE TABLE sources (id INTEGER PRIMARY KEY, instance TEXT NOT NULL, release TEXT NOT NULL,
            UNIQUE (instance, release)) STRICT;
        CREATE TABLE logs (position INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,
            source INTEGER NOT NULL, severity INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE INDEX logs_time ON logs (time, position);
        CREATE TABLE spans (trace_high INTEGER NOT NULL, trace_low INTEGER NOT NULL, start INTEGER NOT NULL,
            source INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE INDEX spans_trace ON spans (trace_high, trace_low);
        CREATE INDEX spans_start ON spans (start);
        CREATE TABLE windows (counter TEXT NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
            second INTEGER NOT NULL, UNIQUE (counter, epoch, sequence)) STRICT;
        CREATE INDEX windows_second ON windows (second);
        CREATE TABLE call_keys (id INTEGER PRIMARY KEY, side TEXT NOT NULL, caller TEXT NOT NULL,
            callee TEXT NOT NULL, interface TEXT NOT NULL, code TEXT NOT NULL, outcome TEXT NOT NULL,
            UNIQUE (side, caller, callee, interface, code, outcome)) STRICT;
        CREATE TABLE calls (second INTEGER NOT NULL, source INTEGER NOT NULL, key INTEGER NOT NULL,
            counts BLOB NOT NULL) STRICT;
        CREATE INDEX calls_second ON calls (second);
        CREATE TABLE series (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL,
            labels TEXT NOT NULL, UNIQUE (source, name, labels)) STRICT;
        CREATE TABLE points (series INTEGER NOT NULL, time INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
        CREATE INDEX points_series ON points (series, time);
        CREATE INDEX points_time ON points (time);
        """
}
