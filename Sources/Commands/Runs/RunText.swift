import GantryBase
import Model
import Wire

/// A run as a person reads it: its stages and steps with their time and, where one failed, why.
enum RunText {
    static func text(_ run: ObjectView<StoredRun>) -> String {
        var lines = [
            "run      \(run.name)", "state    \(run.status.progress.rawValue)",
            "commit   \(run.spec.commit.prefix(10)) on \(run.spec.branch) by \(run.spec.author): \(run.spec.subject)",
        ]
        if let release = run.status.release { lines.append("release  \(release)") }
        if let reason = run.status.reason { lines.append("reason   \(reason)") }
        lines.append("")
        for stage in run.status.stages {
            lines.append(
                line(
                    mark(stage.progress) + " " + stage.name, stage.startedAt, stage.finishedAt,
                    stage.decision == nil ? stage.reason : nil)
            )
            for step in stage.steps {
                lines.append(
                    "  "
                        + line(
                            mark(step.progress) + " " + step.kind.rawValue, step.startedAt, step.finishedAt,
                            step.reason))
                if let tests = step.tests {
                    lines.append(
                        "      \(tests.passed) passed, \(tests.failed) failed, \(tests.skipped) skipped")
                }
            }
            if let rollout = stage.rollout { lines.append("    rollout \(rollout)") }
            if let decision = stage.decision {
                let overriding = decision.overriding.map { ", in spite of run \($0)" } ?? ""
                lines.append(
                    "    \(decision.approved ? "approved" : "rejected") by \(decision.by) \(Age.since(decision.at))"
                        + overriding + (decision.comment.map { ": \($0)" } ?? ""))
            }
        }
        if let (stage, step) = failedStep(of: run.status) {
            lines += ["", "its output: gantry run logs \(run.name) --stage \(stage) --step \(step)"]
        }
        if run.status.progress == .waiting {
            lines += ["", "waits for an approval: gantry run approve \(run.name)"]
        }
        return TerminalText.safe(lines.joined(separator: "\n") + "\n", keepsLines: true)
    }

    private static func failedStep(of status: RunStatus) -> (stage: Int, step: Int)? {
        for (stageIndex, stage) in status.stages.enumerated() {
            if let step = stage.steps.firstIndex(where: { $0.progress == .failed }) {
                return (stageIndex, step)
            }
        }
        return nil
    }

    private static func line(_ name: String, _ start: Timestamp?, _ end: Timestamp?, _ reason: String?)
        -> String
    {
        var text = name
        if let start {
            text +=
                String(repeating: " ", count: max(1, 28 - name.count))
                + Age.text((end ?? TimeSource.wall.now()) - start)
        }
        if let reason { text += "  " + reason.split(separator: "\n").joined(separator: "\n      ") }
        return text
    }

    static func mark(_ progress: Progress) -> String {
        switch progress {
        case .pending: "·"
        case .running: "…"
        case .waiting: "?"
        case .succeeded: "✓"
        case .failed: "✗"
        case .cancelled: "–"
        }
    }
}
