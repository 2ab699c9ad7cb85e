package import GantryBase
package import Model

/// A pipeline run: its stages in order, what each came to, how long it took, and the steps of each.
package struct PipelineProgress: Component {
    package struct Stage: Sendable {
        package var title: Phrase
        package var progress: Progress
        package var duration: Period?
        package var steps: [Step]
        package var address: String?
        package var note: Phrase?

        package init(
            _ title: Phrase, _ progress: Progress, duration: Period? = nil, steps: [Step] = [],
            address: String? = nil, note: Phrase? = nil
        ) {
            (self.title, self.progress, self.duration) = (title, progress, duration)
            (self.steps, self.address, self.note) = (steps, address, note)
        }
    }
    package struct Step: Sendable {
        package var title: Phrase
        package var progress: Progress
        package var duration: Period?
        package init(_ title: Phrase, _ progress: Progress, duration: Period? = nil) {
            (self.title, self.progress, self.duration) = (title, progress, duration)
        }
    }
    package var stages: [Stage]

    package init(_ stages: [Stage]) { self.stages = stages }

    /// Shows a stored run; what still runs has lasted until now.
    package init(_ status: RunStatus, now: Timestamp, address: (StageStatus) -> String? = { _ in nil }) {
        func duration(_ from: Timestamp?, _ to: Timestamp?) -> Period? { from.map { (to ?? now) - $0 } }
        stages = status.stages.map { stage in
            Stage(
                .verbatim(stage.name), stage.progress,
                duration: duration(stage.startedAt, stage.finishedAt),
                steps: stage.steps.map { step in
                    Step(
                        .verbatim(step.kind.rawValue), step.progress,
                        duration: duration(step.startedAt, step.finishedAt))
                }, address: address(stage), note: stage.reason.map(Phrase.verbatim))
        }
    }

    package func write(to html: inout HTML) {
        html.element("ol", .class("pipeline"), .label(Phrase("Stages", "阶段"))) { html in
            for stage in stages {
                html.element("li", .class("stage stage-\(stage.progress.rawValue)")) { write(stage, to: &$0) }
            }
        }
    }

    private func write(_ stage: Stage, to html: inout HTML) {
        html.element("div", .class("stage-head")) { html in
            html.add(StatusPill(NamedStatus(progress: stage.progress), look: .shape))
            if let address = stage.address {
                html.element("a", .class("stage-title"), .href(address), text: stage.title)
            } else {
                html.element("span", .class("stage-title"), text: stage.title)
            }
            if let duration = stage.duration {
                html.element("span", .class("stage-time"), text: html.context.formats.duration(duration))
            }
        }
        if !stage.steps.isEmpty {
            html.element("ul", .class("steps")) { html in
                for step in stage.steps {
                    html.element("li") { html in
                        html.add(StatusPill(NamedStatus(progress: step.progress), look: .shape))
                        html.element("span", text: step.title)
                        if let duration = step.duration {
                            html.element(
                                "span", .class("stage-time"), text: html.context.formats.duration(duration))
                        }
                    }
                }
            }
        }
        if let note = stage.note { html.element("p", .class("stage-note"), text: note) }
    }
}
