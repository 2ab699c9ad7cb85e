import Expressions
package import GantryBase

/// A search of logs as a person asks it: the filter is text in the language of docs/expressions.md.
package struct LogSearch: Sendable, Hashable {
    /// What to look through. The asker's rights narrow its businesses; they never widen them.
    package var selection: Selection
    package var range: TimeRange
    package var query: String
    /// Where the page before this one ended.
    package var after: LogCursor?
    package var limit: Int

    package init(
        _ selection: Selection = Selection(), range: TimeRange, query: String = "", after: LogCursor? = nil,
        limit: Int = Self.standardLimit
    ) {
        (self.selection, self.range, self.query) = (selection, range, query)
        (self.after, self.limit) = (after, limit)
    }

    /// What a screen takes in.
    package static let standardLimit = 200

    /// - Throws: `.invalid` with the place marked under the text.
    package func logQuery() throws(GantryError) -> LogQuery {
        LogQuery(
            selection, range: range, filter: try SignalFields.filter(query, SignalFields.logs),
            order: .newestFirst(after: after), limit: limit)
    }
}

/// A search of spans as a person asks it.
package struct SpanSearch: Sendable, Hashable {
    package var selection: Selection
    package var range: TimeRange
    package var query: String
    package var limit: Int

    package init(
        _ selection: Selection = Selection(), range: TimeRange, query: String = "",
        limit: Int = LogSearch.standardLimit
    ) {
        (self.selection, self.range, self.query, self.limit) = (selection, range, query, limit)
    }

    /// - Throws: `.invalid` with the place marked under the text.
    package func spanQuery() throws(GantryError) -> SpanQuery {
        SpanQuery(
            selection, range: range, filter: try SignalFields.filter(query, SignalFields.spans), limit: limit)
    }
}

extension SignalFields {
    /// Reads a search and checks it against what is known of the fields, before any store is asked.
    static func filter(_ text: String, _ schema: FieldSchema) throws(GantryError) -> BooleanExpression {
        do {
            let filter = try BooleanExpression.search(text)
            _ = try Matcher(filter, schema: schema)
            return filter
        } catch {
            throw error.gantryError
        }
    }
}

extension TimeRange {
    /// All of time.
    package static let always = TimeRange(
        from: Timestamp(nanoseconds: .min), to: Timestamp(nanoseconds: .max))
}
