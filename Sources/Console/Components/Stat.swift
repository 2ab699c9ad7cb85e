/// One number that matters, how it moved, and its last hour as a small line.
package struct Stat: Component {
    package enum Change: Sendable {
        /// Better, worse, or of no judgement.
        case better(String), worse(String), neutral(String)
    }
    package var title: Phrase
    package var value: String
    package var unit: Phrase?
    package var change: Change?
    package var series: [Double]
    package var address: String?

    package init(
        _ title: Phrase, _ value: String, unit: Phrase? = nil, change: Change? = nil, series: [Double] = [],
        address: String? = nil
    ) {
        (self.title, self.value, self.unit) = (title, value, unit)
        (self.change, self.series, self.address) = (change, series, address)
    }

    package func write(to html: inout HTML) {
        html.element("div", .class("stat")) { html in
            html.element("p", .class("stat-title")) { html in
                if let address {
                    html.element("a", .class("stat-link"), .href(address), text: title)
                } else {
                    html.text(title)
                }
            }
            html.element("p", .class("stat-value")) { html in
                html.element("span", .class("stat-number"), text: value)
                if let unit { html.element("span", .class("stat-unit"), text: unit) }
                if let change { write(change, to: &html) }
            }
            if !series.isEmpty { html.add(Sparkline(series)) }
        }
    }

    private func write(_ change: Change, to html: inout HTML) {
        let (tone, text) =
            switch change {
            case .better(let text): ("ready", text)
            case .worse(let text): ("failed", text)
            case .neutral(let text): ("stopped", text)
            }
        html.element("span", .class("stat-change tone-\(tone)"), text: text)
    }
}
