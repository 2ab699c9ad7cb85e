/// A few choices beside each other, such as time ranges or levels; each is a link to the list under that choice.
package struct ChoiceChips: Component {
    package struct Choice {
        package var title: Phrase
        package var address: String
        package var isChosen: Bool
        package init(_ title: Phrase, to address: String, isChosen: Bool = false) {
            (self.title, self.address, self.isChosen) = (title, address, isChosen)
        }
    }
    package var label: Phrase
    package var choices: [Choice]

    package init(_ label: Phrase, _ choices: [Choice]) { (self.label, self.choices) = (label, choices) }

    package func write(to html: inout HTML) {
        html.element("div", .class("choices"), .role("group"), .label(label)) { html in
            for choice in choices {
                html.element(
                    "a", .class("choice"), .href(choice.address),
                    .init("aria-current", choice.isChosen ? "true" : nil), text: choice.title)
            }
        }
    }
}
