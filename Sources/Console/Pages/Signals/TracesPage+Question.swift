import GantryBase

extension TracesPage {
    func writeQuestion(to html: inout HTML) {
        html.element("div", .class("question")) { html in
            html.element(
                "form", .class("toolbar"), .action(TraceAddress.place), .init("method", "get"),
                .role("search"), .label(Phrase("Search spans", "搜索跨度"))
            ) { html in
                html.add(
                    SearchField(
                        Phrase(
                            "Trace ID, or http.route:/articles* status:error",
                            "链路 ID，或 http.route:/articles* status:error"),
                        name: "q", value: question.query, isMain: true, isCode: true,
                        label: Phrase("Search spans", "搜索跨度"), errorID: isMistaken ? "mistake" : nil))
                html.add(
                    FilterField(
                        .service, name: "service", value: question.service ?? "",
                        suggestions: choices.services,
                        placeholder: SignalChoices.anyone))
                html.add(
                    FilterField(
                        Phrase("Operation", "操作"), name: "operation", value: question.operation ?? "",
                        placeholder: SignalChoices.anyone))
                html.add(
                    SignalChoices.select(
                        .environment, name: "environment", choices.environments, chosen: question.environment)
                )
                html.add(
                    SignalChoices.select(.region, name: "region", choices.regions, chosen: question.region))
                for case (let name, let value?) in kept {
                    html.void("input", .init("type", "hidden"), .init("name", name), .init("value", value))
                }
                html.add(Button(.search, kind: .primary, icon: .search, submits: true))
            }
            html.element("div", .class("toolbar")) { html in
                html.add(question.range.chips { range in question.with { $0.range = range }.address })
                html.add(lengths)
                html.add(states)
                html.add(FilterChips(chips(html.context.formats)))
            }
        }
    }

    private var isMistaken: Bool {
        if case .mistake = content { true } else { false }
    }

    private var kept: [(String, String?)] {
        question.range.fields + [
            ("least", question.least), ("status", question.isFailed ? "error" : nil),
            ("sort", question.order == .newest ? nil : question.order.rawValue),
        ]
    }

    private var lengths: ChoiceChips {
        let known: [(String?, Phrase)] = [
            (nil, Phrase("Any duration", "任意耗时")), ("100ms", Phrase("≥ 100 ms", "≥ 100 毫秒")),
            ("500ms", Phrase("≥ 500 ms", "≥ 500 毫秒")), ("2s", Phrase("≥ 2 s", "≥ 2 秒")),
        ]
        return ChoiceChips(
            .duration,
            known.map { least, title in
                .init(
                    title, to: question.with { $0.least = least }.address, isChosen: question.least == least)
            })
    }

    private var states: ChoiceChips {
        ChoiceChips(
            Phrase("State", "状态"),
            [(false, Phrase("All", "全部")), (true, Phrase("Failed", "失败"))].map { isFailed, title in
                .init(
                    title, to: question.with { $0.isFailed = isFailed }.address,
                    isChosen: question.isFailed == isFailed)
            })
    }

    private func chips(_ formats: Formats) -> [FilterChips.Chip] {
        var chips: [FilterChips.Chip] = []
        func add(_ name: Phrase, _ value: String?, _ remove: (inout SpanQuestion) -> Void) {
            guard let value else { return }
            chips.append(.init(name, value, without: question.with(remove).address))
        }
        add(.time, question.range.text(formats)) { $0.range = .usual }
        add(.service, question.service) { $0.service = nil }
        add(Phrase("Operation", "操作"), question.operation) { $0.operation = nil }
        add(.environment, question.environment) { $0.environment = nil }
        add(.region, question.region) { $0.region = nil }
        return chips
    }
}
