import GantryBase
import Model

/// Writes a plan for people: `+` created, `-` removed, `~` changed, `!` held by hand.
package enum PlanText {
    /// Renders changes in the order given, with a summary in the last line.
    ///
    /// Values come from files that anybody may push, so control characters are written as escapes: a value cannot
    /// repaint the reader's terminal.
    package static func render(_ changes: [WorkloadChange], colour: Bool) -> String {
        var text = ""
        for change in changes {
            append(change, to: &text, colour: colour)
            if let held = change.override { text += "    ! " + sentence(held) + "\n" }
        }
        return text + summary(changes) + "\n"
    }

    private static func append(_ change: WorkloadChange, to text: inout String, colour: Bool) {
        let name = change.name.path
        switch change.kind {
        case .create(let planned):
            text += painted("+ \(name)", .green, colour) + "  \(facts(planned))\n"
        case .remove(let planned):
            text += painted("- \(name)", .red, colour) + "  \(facts(planned))\n"
        case .update(let fields):
            text += painted("~ \(name)", .yellow, colour) + "\n"
            for field in fields {
                text += "    \(escaped(field.path)): \(value(field.before)) -> \(value(field.after))\n"
            }
        case .overridden:
            text += "  \(name)  unchanged\n"
        }
    }

    private static func facts(_ planned: PlannedWorkload) -> String {
        let release = planned.release.map { "release \(escaped($0))" } ?? "no release yet"
        let replicas = planned.effectiveReplicas
        return
            "\(release), \(replicas) \(replicas == 1 ? "instance" : "instances"), cluster \(planned.cluster)"
    }

    private static func sentence(_ held: WorkloadOverride) -> String {
        let end = held.until.map { "until \($0.readable)" } ?? "until cleared"
        return
            "by hand: replicas \(held.replicas), by \(escaped(held.author.text)) at \(held.createdAt.readable), "
            + end
    }

    private static func summary(_ changes: [WorkloadChange]) -> String {
        var (create, change, remove, held) = (0, 0, 0, 0)
        for item in changes {
            switch item.kind {
            case .create: create += 1
            case .update: change += 1
            case .remove: remove += 1
            case .overridden: break
            }
            if item.override != nil { held += 1 }
        }
        let hand = held == 0 ? "" : " \(held) held by hand."
        if create + change + remove == 0 { return "Plan: nothing to change." + hand }
        return "Plan: \(create) to create, \(change) to change, \(remove) to remove." + hand
    }

    private static func value(_ text: String?) -> String {
        guard let text else { return "(none)" }
        return text.isEmpty ? "\"\"" : escaped(text)
    }

    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Control and format characters: the latter hold those that reverse the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private enum Colour: Int { case red = 31, green = 32, yellow = 33 }

    private static func painted(_ text: String, _ colour: Colour, _ on: Bool) -> String {
        on ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
