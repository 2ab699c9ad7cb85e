import GantryBase

extension LogsPage {
    /// The one search field, the filters that are chosen by a press, and what the list is under.
    func writeQuestion(to html: inout HTML) {
        html.element("div", .class("question")) { html in
            html.element(
                "form", .class("toolbar"), .action(LogQuestion.place), .init("method", "get"),
                .role("search"), .label(Phrase("Search logs", "搜索日志"))
            ) { html in
                html.add(
                    SearchField(
                        Phrase(
                            "level:error \"connection reset\" -service:doctor",
                            "level:error \"连接被重置\" -service:doctor"),
                        name: "q", value: question.query, isMain: true, isCode: true,
                        label: Phrase("Search logs", "搜索日志"),
                        errorID: isMistaken ? "mistake" : nil))
                html.add(
                    FilterField(
                        .service, name: "service", value: question.service ?? "",
                        suggestions: choices.services,
                        placeholder: SignalChoices.anyone))
                html.add(
                    SignalChoices.select(
                        .environment, name: "environment", choices.environments, chosen: question.environment)
                )
                html.add(
                    SignalChoices.select(.region, name: "region", choices.regions, chosen: question.region))
                let kept =
                    question.range.fields + [
                        ("level", question.level), ("live", question.isLive ? "1" : nil),
                    ]
                for case (let name, let value?) in kept {
                    html.void("input", .init("type", "hidden"), .init("name", name), .init("value", value))
                }
                html.add(Button(.search, kind: .primary, icon: .search, submits: true))
            }
            html.element("div", .class("toolbar")) { html in
                html.add(question.range.chips { range in question.with { $0.range = range }.address })
                html.add(levels)
                html.add(FilterChips(chips(html.context.formats), clearAddress: clearAddress))
            }
        }
    }

    private var isMistaken: Bool {
        if case .mistake = content { true } else { false }
    }

    private var levels: ChoiceChips {
        let names: [(String?, Phrase)] = [
            (nil, Phrase("All levels", "全部级别")), ("info", Phrase("Info and above", "信息及以上")),
            ("warn", Phrase("Warnings and above", "警告及以上")), ("error", Phrase("Errors", "错误")),
        ]
        return ChoiceChips(
            .level,
            names.map { level, title in
                .init(
                    title, to: question.with { $0.level = level }.address, isChosen: question.level == level)
            })
    }

    private func chips(_ formats: Formats) -> [FilterChips.Chip] {
        var chips: [FilterChips.Chip] = []
        func add(_ name: Phrase, _ value: String?, _ remove: (inout LogQuestion) -> Void) {
            guard let value else { return }
            chips.append(.init(name, value, without: question.with(remove).address))
        }
        add(.time, question.range.text(formats)) { $0.range = .usual }
        add(.service, question.service) { $0.service = nil }
        add(.environment, question.environment) { $0.environment = nil }
        add(.region, question.region) { $0.region = nil }
        return chips
    }

    private var clearAddress: String? {
        question.isNarrowed ? LogQuestion(range: question.range, isLive: question.isLive).address : nil
    }
}
