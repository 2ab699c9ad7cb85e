package import GantryBase
import Model

/// A place in a long list: what was found, and where the parts beside this one begin.
package struct ListPlace: Sendable, Hashable {
    /// How many there are in all; nil where nobody has counted.
    package var total: Int?
    package var firstAddress: String?
    package var nextAddress: String?

    /// - Parameter firstAddress: the start of the list; nil on its first part.
    package init(total: Int? = nil, firstAddress: String? = nil, nextAddress: String? = nil) {
        (self.total, self.firstAddress, self.nextAddress) = (total, firstAddress, nextAddress)
    }

    /// Nil where all of it is in sight.
    func pagination(showing count: Int) -> Pagination? {
        guard firstAddress != nil || nextAddress != nil else { return nil }
        return Pagination(
            summary: total.map { .shown(count, of: $0) }, firstAddress: firstAddress, nextAddress: nextAddress
        )
    }
}

/// A list read from State, or why it could not be.
package enum Listed<Item: Sendable>: Sendable {
    case items([Item])
    case failed(GantryError)

    var count: Int {
        if case .items(let items) = self { items.count } else { 0 }
    }

    /// The content of a table: rows, or the words for a list without any, or the error with a way to try again.
    func content(
        empty: @autoclosure () -> EmptyState, retryAddress: String, row: (Item) -> Table.Row
    ) -> Table.Content {
        switch self {
        case .items(let items): items.isEmpty ? .empty(empty()) : .rows(items.map(row))
        case .failed(let error): .error(error, retryAddress: retryAddress)
        }
    }
}

/// A name that leads somewhere, with one line below it that says more.
struct NamedCell {
    static func cell(_ title: String, address: String, note: String?, isCode: Bool = false) -> Table.Cell {
        .slot { html in
            html.element("a", .href(address), text: title)
            if let note, !note.isEmpty {
                html.element("span", .class("cell-note"), .shown("title", note), text: note)
            }
        }
    }

    static func note(_ text: String?) -> Table.Cell {
        guard let text, !text.isEmpty else { return .nothing }
        return .slot { $0.element("span", .class("cell-reason"), .shown("title", text), text: text) }
    }

    /// Links beside each other, such as the environments of a release.
    static func badges(_ texts: [String]) -> Table.Cell {
        texts.isEmpty
            ? .nothing
            : .slot { html in
                html.element("span", .class("badges")) { html in
                    for text in texts { html.add(Badge(.verbatim(text))) }
                }
            }
    }
}
