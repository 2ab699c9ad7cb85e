extension Table {
    package func write(to html: inout HTML) {
        html.element("div", .class("table")) { html in
            html.element(
                "div", .class(isTall ? "table-scroll table-tall" : "table-scroll"), .role("region"),
                .label(caption), .init("tabindex", "0")
            ) { html in
                html.element(
                    "table", .class(isDense ? "dense" : ""), .flag("data-rows"),
                    .init("aria-busy", isLoading ? "true" : nil)
                ) { html in
                    html.element("caption", .class("visually-hidden"), text: caption)
                    html.element("thead") { html in html.element("tr", content: writeHead) }
                    html.element("tbody", content: writeBody)
                }
            }
            writeInstead(to: &html)
            if let pagination { html.add(pagination) }
        }
    }

    private var isLoading: Bool {
        if case .loading = content { true } else { false }
    }

    private func writeHead(to html: inout HTML) {
        if selectionName != nil {
            html.element("th", .class("cell-select"), .init("scope", "col")) { html in
                html.void(
                    "input", .init("type", "checkbox"), .label(.selectAll), .flag("data-select-all"))
            }
        }
        for column in columns {
            let current = column.sortKey != nil && column.sortKey == sort?.key ? sort : nil
            html.element(
                "th", .class(Self.classes(column)), .init("scope", "col"),
                .init("aria-sort", current.map { $0.isAscending ? "ascending" : "descending" })
            ) { html in
                guard let key = column.sortKey else { return html.text(column.title) }
                let next = Sort(key, ascending: !(current?.isAscending ?? false))
                html.element(
                    "a", .class("sort"), .href(sortAddress(next)), .init("title", .sortBy(column.title))
                ) { html in
                    html.element("span", text: column.title)
                    html.add(current?.isAscending ?? true ? Icon.sortUp : Icon.sortDown)
                }
            }
        }
    }

    private func writeBody(to html: inout HTML) {
        switch content {
        case .rows(let rows):
            for row in rows { write(row, to: &html) }
        case .loading(let count):
            for line in 0..<count {
                html.element("tr", .class("row-loading"), .hidden) { html in
                    if selectionName != nil { html.element("td") { _ in } }
                    for (index, column) in columns.enumerated() {
                        html.element("td", .class(Self.classes(column))) { html in
                            let width = (line + index * 3) % 4
                            html.element("span", .class("skeleton-line skeleton-\(width)")) { _ in }
                        }
                    }
                }
            }
        case .empty, .error: break
        }
    }

    private func write(_ row: Row, to html: inout HTML) {
        html.element(
            "tr", .init("class", row.tone.map { "row-tone tone-\($0.rawValue)" }),
            .init("tabindex", "-1"), .init("data-href", row.address.map(SafeAddress.text)),
            .init("data-selected", row.isSelected ? "true" : nil)
        ) { html in
            if let selectionName {
                html.element("td", .class("cell-select")) { html in
                    html.void(
                        "input", .init("type", "checkbox"), .init("name", selectionName),
                        .init("value", row.key ?? ""), .flag("checked", row.isSelected), .label(.selectRow))
                }
            }
            for (column, cell) in zip(columns, row.cells) {
                if column.kind == .name {
                    html.element("th", .class(Self.classes(column)), .init("scope", "row")) {
                        write(cell, to: &$0)
                    }
                } else {
                    html.element("td", .class(Self.classes(column))) { write(cell, to: &$0) }
                }
            }
        }
    }

    private func write(_ cell: Cell, to html: inout HTML) {
        switch cell {
        case .text(let text): html.text(text)
        case .phrase(let phrase): html.text(phrase)
        case .link(let text, let address): html.element("a", .href(address), text: text)
        case .status(let status): html.add(StatusPill(status, look: .plain))
        case .time(let time): html.add(TimeText(time))
        case .slot(let slot): slot(&html)
        case .nothing: html.raw("<span class=\"nothing\">–</span>")
        }
    }

    /// What stands below the head where there are no rows.
    private func writeInstead(to html: inout HTML) {
        switch content {
        case .rows: break
        case .loading:
            html.element("p", .class("visually-hidden"), .role("status"), text: .loading)
        case .empty(let state): html.add(state)
        case .error(let error, let address):
            html.element("div", .class("table-error")) { html in
                let actions: Slot? = address.map { address in
                    { $0.add(LinkButton(.retry, to: address, size: .small, icon: .refresh)) }
                }
                html.add(Callout(.somethingFailed, error, actions: actions))
            }
        }
    }

    private static func classes(_ column: Column) -> String {
        switch (column.kind, column.isExtra) {
        case (.name, false): "cell-name"
        case (.name, true): "cell-name cell-extra"
        case (.text, false): "cell-text"
        case (.text, true): "cell-text cell-extra"
        case (.number, false): "cell-number"
        case (.number, true): "cell-number cell-extra"
        case (.status, false): "cell-status"
        case (.status, true): "cell-status cell-extra"
        case (.time, false): "cell-time"
        case (.time, true): "cell-time cell-extra"
        case (.code, false): "cell-code"
        case (.code, true): "cell-code cell-extra"
        case (.actions, _): "cell-actions"
        }
    }
}
