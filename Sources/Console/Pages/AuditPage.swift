package import GantryBase
import Model

/// Who did what and who was refused, the last first.
package struct AuditPage: ConsolePage {
    package struct Entry: Sendable, Hashable {
        package var at: Timestamp
        package var who: String
        package var action: String
        package var object: String
        package var isAllowed: Bool
        /// What changed, or why it was refused, in a line.
        package var detail: String?

        package init(
            at: Timestamp, who: String, action: String, object: String, isAllowed: Bool, detail: String? = nil
        ) {
            (self.at, self.who, self.action, self.object) = (at, who, action, object)
            (self.isAllowed, self.detail) = (isAllowed, detail)
        }
    }

    package var entries: Listed<Entry>
    package var listPlace: ListPlace
    package var who: String
    package var object: String

    package init(
        _ entries: Listed<Entry>, place: ListPlace = ListPlace(), who: String = "", object: String = ""
    ) {
        (self.entries, self.listPlace, self.who, self.object) = (entries, place, who, object)
    }

    package var title: Phrase { Phrase("Audit", "审计") }
    package var place: String { Address.audit }

    /// The address of this log with one of its filters changed, from its start.
    package func address(who: String? = nil, object: String? = nil, before: String? = nil) -> String {
        Address.query(
            Address.audit,
            [("who", who ?? self.who), ("object", object ?? self.object), ("before", before)])
    }

    package func write(to html: inout HTML) {
        html.add(
            Heading(
                title,
                note: Phrase(
                    "Every change and every refused attempt, kept for ever.", "所有变更与被拒绝的操作，永久保留。")))
        html.add(
            Form(Address.audit, method: .get) { html in
                html.element("div", .class("toolbar")) { html in
                    html.add(
                        SearchField(
                            Phrase("Object begins with, such as yidian/article", "对象开头，如 yidian/article"),
                            name: "object", value: object, isCode: true))
                    html.add(SearchField(Phrase("Who", "操作者"), name: "who", value: who))
                    html.add(Button(Phrase("Filter", "筛选"), submits: true))
                }
            })
        var chips: [FilterChips.Chip] = []
        if !object.isEmpty {
            chips.append(.init(Phrase("Object", "对象"), object, without: address(object: "")))
        }
        if !who.isEmpty { chips.append(.init(Phrase("Who", "操作者"), who, without: address(who: ""))) }
        html.add(FilterChips(chips, clearAddress: Address.audit))
        html.add(Card(isFlush: true) { $0.add(table) })
    }

    private var table: Table {
        Table(
            title,
            columns: [
                .init(.time, .time), .init(Phrase("Who", "操作者"), .text),
                .init(Phrase("Action", "操作"), .code), .init(Phrase("Object", "对象"), .name),
                .init(Phrase("Outcome", "结果"), .status, isExtra: true),
            ],
            content: entries.content(empty: empty, retryAddress: address(), row: row), isDense: true,
            pagination: listPlace.pagination(showing: entries.count))
    }

    private var empty: EmptyState {
        who.isEmpty && object.isEmpty
            ? EmptyState(Phrase("Nothing was recorded yet", "还没有记录"), icon: .audit)
            : EmptyState(.noMatch, icon: .filter) {
                $0.add(LinkButton(.clearAll, to: Address.audit, size: .small))
            }
    }

    private func row(_ entry: Entry) -> Table.Row {
        let outcome =
            entry.isAllowed
            ? NamedStatus(.ready, Phrase("Done", "已执行")) : NamedStatus(.failed, Phrase("Refused", "被拒绝"))
        return Table.Row(
            [
                .slot { $0.add(TimeText(entry.at, .dateTime)) },
                .slot { html in
                    html.element("a", .href(address(who: entry.who))) { html in
                        html.add(
                            Person(UserName(entry.who), isProgram: entry.who.hasPrefix("gantry/")))
                    }
                }, .text(entry.action),
                NamedCell.cell(entry.object, address: address(object: entry.object), note: entry.detail),
                .status(outcome),
            ], tone: entry.isAllowed ? nil : .failed)
    }
}
