package import GantryBase

/// A list of things of one kind, a row each.
///
/// Heads sort by links, so that a sorted list has an address; the first column of kind `.name` names the row; columns
/// marked as extra give way on a narrow screen.
package struct Table: Component {
    package enum ColumnKind: String, Sendable { case name, text, number, status, time, code, actions }

    package struct Column: Sendable {
        package var title: Phrase
        package var kind: ColumnKind
        /// What the list is asked to sort by; nil where it cannot.
        package var sortKey: String?
        package var isExtra: Bool

        package init(
            _ title: Phrase, _ kind: ColumnKind = .text, sortKey: String? = nil, isExtra: Bool = false
        ) {
            (self.title, self.kind, self.sortKey, self.isExtra) = (title, kind, sortKey, isExtra)
        }
    }

    package enum Cell {
        case text(String)
        case phrase(Phrase)
        case link(String, address: String)
        case status(NamedStatus)
        case time(Timestamp)
        case slot(Slot)
        /// Nothing is known; shown as a dash.
        case nothing
    }

    package struct Row {
        package var cells: [Cell]
        /// What a selection sends; nil where the table has none.
        package var key: String?
        /// Where the row leads: a press anywhere on it, or Enter.
        package var address: String?
        package var isSelected: Bool
        package var tone: Badge.Tone?

        package init(
            _ cells: [Cell], key: String? = nil, address: String? = nil, isSelected: Bool = false,
            tone: Badge.Tone? = nil
        ) {
            (self.cells, self.key, self.address) = (cells, key, address)
            (self.isSelected, self.tone) = (isSelected, tone)
        }
    }

    package enum Content {
        case rows([Row])
        case loading(rows: Int)
        case empty(EmptyState)
        case error(GantryError, retryAddress: String?)
    }

    package struct Sort: Sendable {
        package var key: String
        package var isAscending: Bool
        package init(_ key: String, ascending: Bool = true) {
            (self.key, self.isAscending) = (key, ascending)
        }
    }

    /// Names the table for readers who hear it; not shown.
    package var caption: Phrase
    package var columns: [Column]
    package var content: Content
    package var sort: Sort?
    /// The address of the list under an order.
    package var sortAddress: (Sort) -> String
    /// The name of the checkboxes' field; nil for no selection.
    package var selectionName: String?
    package var isDense: Bool
    package var pagination: Pagination?
    /// Keeps the head in sight while a long table scrolls inside its own frame.
    package var isTall: Bool

    package init(
        _ caption: Phrase, columns: [Column], content: Content, sort: Sort? = nil,
        sortAddress: @escaping (Sort) -> String = { "?sort=\($0.isAscending ? "" : "-")\($0.key)" },
        selectionName: String? = nil, isDense: Bool = false, isTall: Bool = false,
        pagination: Pagination? = nil
    ) {
        (self.caption, self.columns, self.content, self.sort) = (caption, columns, content, sort)
        (self.sortAddress, self.selectionName) = (sortAddress, selectionName)
        (self.isDense, self.isTall, self.pagination) = (isDense, isTall, pagination)
    }
}
