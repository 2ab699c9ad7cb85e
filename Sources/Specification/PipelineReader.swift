import Model

/// Reads the pipeline templates and holds the order of their work: build, release, rollout.
struct PipelineReader {
    static let defaultName = "default"

    let report: Report
    let environments: [EnvironmentName]

    func read(_ node: YAMLNode?) -> [String: [StageTemplate]] {
        var pipelines: [String: [StageTemplate]] = [:]
        for entry in node?.entries ?? [] {
            pipelines[entry.key] = readStages(entry.value)
        }
        if pipelines[Self.defaultName] == nil { pipelines[Self.defaultName] = defaultStages }
        return pipelines
    }

    /// Verify and package, roll out to the first environment, ask, and roll out to the last.
    private var defaultStages: [StageTemplate] {
        var stages = [
            StageTemplate(name: "verify", work: .steps([.checkout, .lint, .test])),
            StageTemplate(name: "package", work: .steps([.build, .release])),
        ]
        if let first = environments.first {
            stages.append(StageTemplate(name: first.text, work: .rollout(environment: first)))
        }
        if let last = environments.last, environments.count > 1 {
            stages.append(StageTemplate(name: "approve", work: .approval(role: .approver)))
            stages.append(StageTemplate(name: last.text, work: .rollout(environment: last)))
        }
        return stages
    }

    private func readStages(_ node: YAMLNode) -> [StageTemplate] {
        var stages: [StageTemplate] = []
        var done: [StepKind] = []
        for item in node.items {
            guard let name = item["name"]?.text else { continue }
            if stages.contains(where: { $0.name == name }) {
                report.error(
                    item["name"]?.place ?? item.place, "duplicate-stage",
                    "two stages are named \(YAMLNode.short(name))",
                    hint: "give each stage of a pipeline a name of its own")
            }
            if let work = readWork(item, &done) { stages.append(StageTemplate(name: name, work: work)) }
        }
        return stages
    }

    private func readWork(_ item: YAMLNode, _ done: inout [StepKind]) -> StageTemplate.Work? {
        if let steps = item["steps"] {
            return .steps(steps.items.compactMap { readStep($0, &done) })
        }
        if let approval = item["approval"], case .mapping = approval.content {
            return .approval(role: approval["role"]?.text.flatMap(Role.init(rawValue:)) ?? .approver)
        }
        guard let rollout = item["rollout"], let text = rollout.text else { return nil }
        let environment = EnvironmentName(text)
        if !environments.contains(environment) {
            report.error(
                rollout.place, "unknown-environment",
                "there is no environment \"\(YAMLNode.short(text))\"",
                hint: Nearest.hint(text, among: environments.map(\.text)))
        }
        if !done.contains(.release) {
            report.error(
                rollout.place, "rollout-before-release", "the rollout comes before any release step",
                hint: "put a stage with steps: [build, release] before it")
        }
        return .rollout(environment: environment)
    }

    private func readStep(_ node: YAMLNode, _ done: inout [StepKind]) -> StepKind? {
        guard let text = node.text, let step = StepKind(rawValue: text) else { return nil }
        if done.contains(step) {
            report.error(
                node.place, "duplicate-step", "the step \(text) comes twice in one pipeline",
                hint: "remove one of them")
        }
        if step == .release, !done.contains(.build) {
            report.error(
                node.place, "release-before-build", "the release step comes before the build step",
                hint: "write steps: [build, release]")
        }
        if step != .checkout, !done.contains(.checkout) {
            report.error(
                node.place, "step-before-checkout", "the step \(text) comes before the checkout step",
                hint: "start the first stage with checkout")
        }
        done.append(step)
        return step
    }
}
