import GantryBase
import Model

/// The filters of all pages of calls.
struct CallFilters: Component {
    var question: CallQuestion
    var choices: SignalChoices
    /// Pages of one pair or one service are grouped by what they are about.
    var hasGrouping: Bool

    init(_ question: CallQuestion, _ choices: SignalChoices, hasGrouping: Bool = true) {
        (self.question, self.choices, self.hasGrouping) = (question, choices, hasGrouping)
    }

    static let groupings: [(CallQuestion.Grouping, Phrase)] = [
        (.interface, Phrase("Caller, callee, interface", "主调、被调、接口")),
        (.pair, Phrase("Caller, callee", "主调、被调")), (.callee, .callee), (.caller, .caller),
        (.code, Phrase("Callee, interface, code", "被调、接口、返回码")),
        (.region, Phrase("Callee, environment, region", "被调、环境、地域")),
        (.release, Phrase("Callee, release", "被调、发布版本")),
    ]

    func write(to html: inout HTML) {
        html.element("div", .class("question")) { html in
            html.element(
                "form", .class("toolbar"), .action(CallQuestion.place), .init("method", "get"),
                .role("search"), .label(Phrase("Filter calls", "筛选调用"))
            ) { html in
                html.add(
                    SearchField(
                        Phrase("Services and interfaces", "服务与接口"), name: "q", value: question.query,
                        isMain: true))
                if hasGrouping {
                    html.add(
                        Select(
                            Phrase("Group by", "分组"), name: "by",
                            choices: Self.groupings.map { Field.Choice($0.0.rawValue, $0.1) },
                            selected: question.grouping.rawValue, sendsAtOnce: true))
                    html.add(
                        Select(
                            .side, name: "side",
                            choices: [
                                .init("", Phrase("Both", "两侧")), .init("client", CallTables.client),
                                .init("server", CallTables.server),
                            ], selected: question.side?.rawValue ?? "", sendsAtOnce: true))
                }
                html.add(
                    SignalChoices.select(
                        .environment, name: "environment", choices.environments, chosen: question.environment)
                )
                html.add(
                    SignalChoices.select(.region, name: "region", choices.regions, chosen: question.region))
                for case (let name, let value?) in kept {
                    html.void("input", .init("type", "hidden"), .init("name", name), .init("value", value))
                }
                html.add(Button(Phrase("Filter", "筛选"), icon: .filter, submits: true))
            }
            html.element("div", .class("toolbar")) { html in
                html.add(question.range.chips { range in question.with { $0.range = range }.address })
                html.add(FilterChips(chips(html.context.formats)))
            }
        }
    }

    private var kept: [(String, String?)] {
        let sort = (question.isAscending ? "" : "-") + question.order.rawValue
        return [
            ("service", question.service), ("caller", question.caller), ("callee", question.callee),
            ("interface", question.interface), ("sort", sort == "-volume" ? nil : sort),
        ] + question.range.fields
    }

    private func chips(_ formats: Formats) -> [FilterChips.Chip] {
        var chips: [FilterChips.Chip] = []
        func add(_ name: Phrase, _ value: String?, _ remove: (inout CallQuestion) -> Void) {
            guard let value else { return }
            chips.append(.init(name, value, without: question.with(remove).address))
        }
        add(.time, question.range.text(formats)) { $0.range = .usual }
        add(.service, question.service) { $0.service = nil }
        add(.caller, question.caller) { $0.caller = nil }
        add(.callee, question.callee) { $0.callee = nil }
        add(.interface, question.interface) { $0.interface = nil }
        add(.environment, question.environment) { $0.environment = nil }
        add(.region, question.region) { $0.region = nil }
        return chips
    }
}
