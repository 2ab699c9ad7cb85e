import Model

/// The views of one service, on each of their pages.
struct ServiceTabs: Component {
    enum View: CaseIterable { case workloads, runs, releases, rollouts, calls, logs, secrets }
    var service: ServiceName
    var current: View

    func write(to html: inout HTML) {
        html.add(
            Tabs(
                Phrase("Views of the service", "服务视图"),
                View.allCases.map { .init(title($0), to: address($0), isCurrent: $0 == current) }))
    }

    private func title(_ view: View) -> Phrase {
        switch view {
        case .workloads: Phrase("Workloads", "工作负载")
        case .runs: Phrase("Runs", "流水线")
        case .releases: Phrase("Releases", "发布版本")
        case .rollouts: Phrase("Rollouts", "上线")
        case .calls: Phrase("Calls", "调用")
        case .logs: Phrase("Logs", "日志")
        case .secrets: Phrase("Secrets", "密钥")
        }
    }

    private func address(_ view: View) -> String {
        switch view {
        case .workloads: Address.service(service)
        case .runs: Address.runs(of: service)
        case .releases: Address.releases(of: service)
        case .rollouts: Address.rollouts(of: service)
        case .calls: Address.calls(of: service)
        case .logs: Address.logs(of: service)
        case .secrets: Address.secrets(of: service)
        }
    }

    /// The way down to a page of one service.
    static func crumbs(_ service: ServiceName, _ rest: PageShell.Crumb...) -> [PageShell.Crumb] {
        [
            .init(Phrase("Services", "服务"), Address.services),
            .init(.verbatim(service.business.text), Address.services(of: service.business)),
            .init(.verbatim(service.name), Address.service(service)),
        ] + rest
    }
}
