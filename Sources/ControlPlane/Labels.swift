import Model

/// Names of labels that lists are filtered by.
package enum Label {
    package static let service = "service"
    package static let business = "business"
    package static let environment = "environment"
    package static let region = "region"
    package static let run = "run"
    /// Of a rollout: `true` until its phase is final.
    package static let active = "active"
    /// Of a run: its progress.
    package static let progress = "progress"
    /// Of a run that has ended: what is with its workspace; absent once that is gone.
    package static let workspace = "workspace"
    package static let kept = "kept"
    package static let removing = "removing"
    /// Of a workload: where it runs.
    package static let cluster = "cluster"
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
        var labels = name.service.labels
        labels[Label.progress] = progress.rawValue
        labels[Label.active] = progress.isFinal ? "false" : "true"
        if progress.isFinal { labels[Label.workspace] = Label.kept }
        return labels
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
