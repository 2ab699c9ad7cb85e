import GantryBase

extension UIPage {
    static var tables: [Section] {
        [
            Section(id: "tables", title: Phrase("Tables", "表格")) { html in
                html.add(Card(isFlush: true) { $0.add(UISamples.services(count: 8, now: $0.context.now)) })
            },
            Section(id: "table-dense", title: Phrase("Dense table with latency", "紧凑表格与延迟")) { html in
                html.add(
                    Card(
                        Phrase("Calls", "调用"), note: Phrase("Server side, last 15 minutes", "被调侧，最近 15 分钟"),
                        isFlush: true
                    ) { $0.add(UISamples.calls) })
            },
            Section(id: "table-huge", title: Phrase("Huge table", "超大表格")) { html in
                html.add(
                    Card(isFlush: true) { html in
                        var table = UISamples.services(count: 60, now: html.context.now)
                        table.caption = Phrase("Many services", "大量服务")
                        table.isDense = true
                        table.isTall = true
                        table.pagination = Pagination(
                            summary: .shown(60, of: 1048), nextAddress: "#table-huge")
                        html.add(table)
                    })
            },
            Section(id: "table-states", title: Phrase("Loading, empty and failed", "加载中、空与失败")) { html in
                html.element("div", .class("grid")) { html in
                    html.add(
                        Card(Phrase("Loading", "加载中"), isFlush: true) { $0.add(small(.loading(rows: 5))) })
                    html.add(Card(Phrase("Empty", "空"), isFlush: true) { $0.add(small(.empty(noRuns))) })
                    html.add(Card(.noMatch, isFlush: true) { $0.add(small(.empty(noMatch))) })
                    html.add(
                        Card(.failed, isFlush: true) {
                            $0.add(small(.error(unreachable, retryAddress: "#table-states")))
                        })
                }
            },
        ]
    }

    private static func small(_ content: Table.Content) -> Table {
        Table(
            Phrase("Runs", "流水线"),
            columns: [
                .init(Phrase("Run", "流水线"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Started", "开始"), .time),
            ], content: content)
    }

    private static var noRuns: EmptyState {
        EmptyState(
            Phrase("No runs yet", "还没有流水线"),
            text: Phrase("A run begins when you push to the service's repository.", "向服务的代码仓库推送后即会触发流水线。"),
            icon: .run, command: "git push gantry main")
    }

    private static var noMatch: EmptyState {
        EmptyState(
            .noMatch, text: Phrase("No run of this branch failed in the last 7 days.", "该分支最近 7 天没有失败的流水线。"),
            icon: .filter
        ) { $0.add(LinkButton(.clearAll, to: "#table-states", size: .small)) }
    }

    static let unreachable = GantryError(
        .unavailable, "The cluster nanjing-1 did not answer within 5 seconds.",
        hint: "See whether its API server is up, then try again.")
}
