import Foundation
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Metric series: each is written once, its points by its number.
enum SeriesTable {
    static func append(_ groups: [(source: Int64, records: [SeriesPoint])], in db: Database) throws {
        guard !groups.isEmpty else { return }
        var place = try Place(.points, in: db)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO points (series, time, value) VALUES (?, ?, ?)")
        for (source, records) in groups {
            for point in records {
                try insert.execute(arguments: [
                    try series(point, source, db), point.time.nanoseconds,
                    Foundation.Data(JSON.encode(StoredValue(point.value))),
                ])
                place.next += 1
            }
        }
        try place.keep(in: db)
    }

    private static func series(_ point: SeriesPoint, _ source: Int64, _ db: Database) throws -> Int64 {
        let labels = String(decoding: try JSON.encode(point.labels), as: UTF8.self)
        let arguments: StatementArguments = [source, point.name, labels]
        let found = try db.cachedStatement(
            sql: "SELECT id FROM series WHERE source = ? AND name = ? AND labels = ?")
        if let id = try Int64.fetchOne(found, arguments: arguments) { return id }
        try db.cachedStatement(sql: "INSERT INTO series (source, name, labels) VALUES (?, ?, ?)")
            .execute(arguments: arguments)
        return db.lastInsertedRowID
    }

    static func page(
        _ query: SeriesQuery, sources: SourceTable.Reader, in db: Database
    ) throws -> SeriesPage {
        var page = SeriesPage(series: [])
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, source, labels FROM series WHERE name = ? ORDER BY id",
            arguments: [query.name])
        for row in rows {
            guard let source = try sources.source(row[1], in: query.selection) else { continue }
            let labels = try JSON.decode([String: String].self, from: Array((row[2] as String).utf8))
            guard query.labels.allSatisfy({ labels[$0.key] == $0.value }) else { continue }
            let points = try points(row[0], labels, query, db)
            if points.isEmpty { continue }
            if page.series.count < TelemetryLimits.seriesOfAnswer {
                page.series.append(Series(source: source, labels: labels, points: points))
            } else {
                page.omitted += 1
            }
        }
        return page
    }

    private static func points(
        _ id: Int64, _ labels: [String: String], _ query: SeriesQuery, _ db: Database
    ) throws -> [SeriesPoint] {
        let rows = try Row.fetchCursor(
            db,
            sql:
                "SELECT time, value FROM points WHERE series = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?",
            arguments: [
                id, query.range.from.nanoseconds, query.range.to.nanoseconds, TelemetryLimits.pointsOfSeries,
            ])
        var points: [SeriesPoint] = []
        while let row = try rows.next() {
            let value = try JSON.decode(StoredValue.self, from: [UInt8](row[1] as Foundation.Data))
            points.append(
                SeriesPoint(
                    query.name, labels: labels, time: Timestamp(nanoseconds: row[0]), value: value.value))
        }
        return points
    }

    private enum StoredValue: Codable {
        case gauge(Double)
        case delta(Double)
        case histogram(ExponentialHistogram)

        init(_ value: SeriesPoint.Value) {
            self =
                switch value {
                case .gauge(let number): .gauge(number)
                case .delta(let number): .delta(number)
                case .histogram(let histogram): .histogram(histogram)
                }
        }

        var value: SeriesPoint.Value {
            switch self {
            case .gauge(let number): .gauge(number)
            case .delta(let number): .delta(number)
            case .histogram(let histogram): .histogram(histogram)
            }
        }
    }
}
