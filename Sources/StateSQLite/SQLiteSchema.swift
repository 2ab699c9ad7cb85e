import GRDB
import GantryBase

/// The tables and how a file gets them.
enum SQLiteSchema {
    /// Goes up with every migration that an older binary could not live with.
    static let format = 1
    /// A commit of another process takes milliseconds; a checkpoint of a large log, about a second.
    static let busySeconds = 5.0
    /// Reads at the same time; each connection has a page cache of 2 MB.
    static let readers = 4
    /// The log is cut back to this after a checkpoint, in bytes. A burst of large documents may make it grow.
    static let journalBytes = 16 << 20

    /// `recursive_triggers` makes REPLACE fire the triggers that guard the audit log.
    static let connectionPragmas = """
        PRAGMA journal_size_limit = \(journalBytes); PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF
        """

    /// Refuses a file of a newer format before anything may write to it.
    static func checkFormat(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busySeconds)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let found = try queue.read { db -> Int? in
            guard try db.tableExists("meta") else { return nil }
            return try Int.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'format'")
        }
        try queue.close()
        guard let found, found > format else { return }
        throw GantryError(
            .unsupported,
            "the state \(path) has format \(found), from a newer Gantry; this one knows format \(format)",
            hint: "start the newer Gantry, or restore a backup made before the update")
    }

    static func migrate(_ pool: DatabasePool) throws { try migrator.migrate(pool) }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: tables) }
        return migrator
    }

    /// `labels` repeats what the column `labels` of `objects` says, as an index for lists.
    private static let tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value ANY NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES ('format', \(format));

        CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counters VALUES ('version', 0), ('forgotten', 0);

        CREATE TABLE objects (
            kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, created_version INTEGER NOT NULL,
            schema_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            labels TEXT NOT NULL, spec BLOB NOT NULL, status BLOB NOT NULL,
            UNIQUE (kind, name)
        ) STRICT;
        CREATE UNIQUE INDEX objects_version ON objects (version, kind);

        CREATE TABLE labels (
            kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (kind, key, value, name),
            FOREIGN KEY (kind, name) REFERENCES objects (kind, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX labels_object ON labels (kind, name);

        CREATE TABLE removals (
            version INTEGER PRIMARY KEY, removed_at INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            schema_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            labels TEXT NOT NULL, spec BLOB NOT NULL, status BLOB NOT NULL
        ) STRICT;
        CREATE INDEX removals_time ON removals (removed_at);

        CREATE TABLE leases (
            name TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, renewal INTEGER NOT NULL,
            period INTEGER NOT NULL, ends_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL,
            action TEXT NOT NULL, object TEXT NOT NULL, allowed INTEGER NOT NULL,
            before TEXT, after TEXT, detail TEXT
        ) STRICT;
        CREATE INDEX audit_object ON audit (object, number);
        CREATE INDEX audit_who ON audit (who, number);
        CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.number IN (SELECT number FROM audit)
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        """
}

/// The store's counter of versions, and the highest version whose removal is forgotten.
enum VersionCounter {
    static func current(_ db: Database) throws -> Int64 { try value("version", db) }
    static func forgotten(_ db: Database) throws -> Int64 { try value("forgotten", db) }

    /// Takes `count` versions and returns the first.
    static func take(_ count: Int, _ db: Database) throws -> Int64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(
                sql: "UPDATE counters SET value = value + ? WHERE name = 'version' RETURNING value"),
            arguments: [count])
        return (last ?? 0) - Int64(count) + 1
    }

    static func forget(_ version: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE counters SET value = max(value, ?) WHERE name = 'forgotten'"
        ).execute(arguments: [version])
    }

    private static func value(_ name: String, _ db: Database) throws -> Int64 {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT value FROM counters WHERE name = ?"), arguments: [name]) ?? 0
    }
}
