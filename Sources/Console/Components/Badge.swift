/// A short label beside a name: an environment, a kind, a count.
package struct Badge: Component {
    package enum Tone: String, Sendable, CaseIterable {
        case neutral, accent, ready, progressing, failed, waiting
    }
    package var label: Phrase
    package var tone: Tone

    package init(_ label: Phrase, tone: Tone = .neutral) { (self.label, self.tone) = (label, tone) }

    package func write(to html: inout HTML) {
        html.element("span", .class("badge tone-\(tone.rawValue)"), text: label)
    }
}
