/// Chooses the language; every language is called by its own name. Without a script it is a link that the server obeys.
package struct LanguageSwitch: Component {
    package init() {}

    package func write(to html: inout HTML) {
        let current = html.context.language
        html.element("details", .class("menu")) { html in
            html.element("summary", .class("menu-button"), .label(.language)) { html in
                html.add(Icon.globe)
                html.element("span", .class("wide-only"), text: current.ownName)
            }
            html.element("div", .class("menu-list")) { html in
                for language in ReaderLanguage.allCases {
                    html.element(
                        "a", .class("menu-item"), .href("?language=\(language.rawValue)"),
                        .init("lang", language.tag), .init("hreflang", language.tag),
                        .init("data-language", language.rawValue),
                        .init("aria-current", language == current ? "true" : nil)
                    ) { html in
                        html.text(language.ownName)
                        html.add(Icon.check)
                    }
                }
            }
        }
    }
}

/// Chooses light, dark or the system's theme.
package struct ThemeSwitch: Component {
    package init() {}

    package func write(to html: inout HTML) {
        let choices: [(Theme, Phrase, Icon)] = [
            (.system, .themeSystem, .system), (.light, .themeLight, .sun), (.dark, .themeDark, .moon),
        ]
        let current = html.context.theme
        html.element("details", .class("menu theme-menu")) { html in
            html.element("summary", .class("menu-button"), .label(.theme)) { html in
                for (theme, _, icon) in choices {
                    html.element("span", .class("theme-icon theme-icon-\(theme.rawValue)")) { $0.add(icon) }
                }
            }
            html.element("div", .class("menu-list")) { html in
                for (theme, title, icon) in choices {
                    html.element(
                        "a", .class("menu-item"), .href("?theme=\(theme.rawValue)"),
                        .init("data-theme-choice", theme.rawValue),
                        .init("aria-current", theme == current ? "true" : nil)
                    ) { html in
                        html.add(icon)
                        html.text(title)
                        html.add(Icon.check)
                    }
                }
            }
        }
    }
}
