import Model

/// Names of labels that lists are filtered by.
enum Label {
    static let service = "service"
    static let business = "business"
    static let environment = "environment"
    static let region = "region"
    static let run = "run"
    /// Of a rollout: `true` until its phase is final.
    static let active = "active"
    /// Of a run: its progress.
    static let progress = "progress"
}

extension ServiceName {
    var labels: [String: String] { [Label.business: business.text, Label.service: path] }
}

extension WorkloadName {
    var labels: [String: String] {
        service.labels.merging([Label.environment: environment.text, Label.region: region.text]) { $1 }
    }
}

extension RunSpec {
    func labels(progress: Progress) -> [String: String] {
        name.service.labels.merging([
            Label.progress: progress.rawValue, Label.active: progress.isFinal ? "false" : "true",
        ]) { $1 }
    }
}

extension RolloutTarget {
    func labels(active: Bool) -> [String: String] {
        var labels = name.service.labels
        labels[Label.environment] = environment.text
        labels[Label.active] = active ? "true" : "false"
        if case .run(let run) = cause { labels[Label.run] = run.path }
        return labels
    }
}
