import GRDB
import State

/// One page of a list. The index on labels, or on names, leads; a page costs what it holds, wherever it starts.
struct ObjectListing {
    private var query: StateQuery
    private let limit: Int

    init(_ query: StateQuery) {
        self.query = query
        limit = StateLimits.pageSize(for: query.limit)
    }

    func page(in db: Database) throws -> StatePage {
        let (sql, arguments) = try statement()
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var objects: [StateObject] = []
        var bytes = 0
        while let row = try rows.next() {
            guard objects.count < limit, bytes < StateLimits.pageBytes else {
                let last = objects.last
                return StatePage(
                    objects: objects, next: query.order == .name ? last?.name : last.map { "\($0.version)" })
            }
            let object = try ObjectTable.object(row)
            bytes += object.spec.count + object.status.count
            objects.append(object)
        }
        return StatePage(objects: objects, next: nil)
    }

    private func statement() throws -> (sql: String, arguments: StatementArguments) {
        let labels = query.labels.sorted { $0.key < $1.key }
        var arguments = StatementArguments()
        var sql = "SELECT \(ObjectTable.columns.map { "o.\($0)" }.joined(separator: ", ")) FROM "
        // CROSS JOIN keeps the order of the tables: the label's index gives the names in their order.
        sql +=
            labels.isEmpty
            ? "objects o \(query.order == .recent ? "INDEXED BY objects_version " : "")WHERE o.kind = ?"
            : """
            labels l CROSS JOIN objects o ON o.kind = l.kind AND o.name = l.name
            WHERE l.kind = ? AND l.key = ? AND l.value = ?
            """
        arguments += [query.kind]
        if let first = labels.first { arguments += [first.key, first.value] }
        let name = labels.isEmpty ? "o.name" : "l.name"
        let range = NameRange(prefix: query.prefix)
        sql += " AND \(name) >= ?"
        arguments += [range.first]
        if let end = range.end {
            sql += " AND \(name) < ?"
            arguments += [end]
        }
        if let version = try query.versionBound() {
            sql += " AND o.version < ?"
            arguments += [version]
        } else if let after = query.after {
            sql += " AND \(name) > ?"
            arguments += [after]
        }
        for label in labels.dropFirst() {
            sql += """
                 AND EXISTS (SELECT 1 FROM labels x WHERE x.kind = l.kind AND x.key = ? AND x.value = ? \
                AND x.name = l.name)
                """
            arguments += [label.key, label.value]
        }
        arguments += [limit + 1]
        // Without labels the index on versions leads: a page by age costs what is newer than its end.
        return (sql + " ORDER BY \(query.order == .name ? name : "o.version DESC") LIMIT ?", arguments)
    }
}
