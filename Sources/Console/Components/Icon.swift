/// A small drawing from `Assets/icons.svg`; it never carries meaning alone, so it is hidden from readers of the text.
package enum Icon: String, CaseIterable, Component {
    case brand, overview, business, service, run, release, rollout, calls, logs, trace, audit, secret, token
    case ready, progressing, failed, stopped, waiting, unknown
    case info, warning, error, search, menu, close, check, copy, plus, minus, pause, arrow, filter, refresh,
        more, empty
    case chevronRight = "chevron-right"
    case chevronDown = "chevron-down"
    case chevronUpDown = "chevron-up-down"
    case sortUp = "sort-up"
    case sortDown = "sort-down"
    case sun, moon, system, globe, user, keyboard, external, wrap, follow, table
    case signOut = "sign-out"

    package func write(to html: inout HTML) {
        html.raw("<svg class=\"icon icon-")
        html.text(rawValue)
        html.raw("\" aria-hidden=\"true\"><use href=\"#icon-")
        html.text(rawValue)
        html.raw("\"></use></svg>")
    }
}
