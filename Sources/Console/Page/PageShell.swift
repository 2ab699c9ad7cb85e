import GantryBase

/// The frame of every page: side navigation, bar with the way here, search and switches, and the content.
///
/// On a narrow screen the navigation is a drawer (the platform's own popover, so it works without a script and closes
/// on Escape and on a press beside it).
package struct PageShell: Component {
    package struct Crumb {
        package var title: Phrase
        package var address: String?
        package init(_ title: Phrase, _ address: String? = nil) {
            (self.title, self.address) = (title, address)
        }
    }
    package var title: Phrase
    package var navigation: Navigation
    /// From the first place down to this page, which comes last.
    package var crumbs: [Crumb]
    /// What stands in the search field.
    package var query: String
    package var content: Slot

    package init(
        _ title: Phrase, navigation: Navigation, crumbs: [Crumb] = [], query: String = "",
        content: @escaping Slot
    ) {
        (self.title, self.navigation, self.crumbs) = (title, navigation, crumbs)
        (self.query, self.content) = (query, content)
    }

    package func write(to html: inout HTML) {
        Self.writeDocument(title, to: &html) { html in
            html.element("a", .class("skip-link"), .href("#content"), text: .skipToContent)
            html.element("div", .class("shell")) { html in
                writeSide(to: &html)
                html.element("div", .class("page")) { html in
                    writeBar(to: &html)
                    html.element(
                        "main", .id("content"), .class("content"), .init("tabindex", "-1"),
                        content: content)
                }
            }
            html.add(ShortcutHelp(navigation: navigation))
        }
    }

    /// Writes the document around a body: language, theme, assets, icons, and what was just done.
    static func writeDocument(_ title: Phrase, to html: inout HTML, body: Slot) {
        html.raw("<!doctype html>\n")
        let theme = html.context.theme
        html.element(
            "html", .init("lang", html.context.language.tag),
            .init("data-theme", theme == .system ? nil : theme.rawValue),
            .init("data-now", html.context.now.description)
        ) { html in
            writeHead(title, to: &html)
            html.element("body") { html in
                html.raw(EmbeddedAssets.icons)
                body(&html)
                html.add(ToastArea(notice: html.context.notice))
            }
        }
    }

    private static func writeHead(_ title: Phrase, to html: inout HTML) {
        html.element("head") { html in
            html.void("meta", .init("charset", "utf-8"))
            html.void(
                "meta", .init("name", "viewport"),
                .init("content", "width=device-width, initial-scale=1, viewport-fit=cover"))
            html.void("meta", .init("name", "color-scheme"), .init("content", "light dark"))
            html.element("title", text: "\(title[html.context.language]) · Gantry")
            html.void(
                "link", .init("rel", "stylesheet"), .href(EmbeddedAssets.consoleCSS.address))
            html.void(
                "link", .init("rel", "icon"), .init("type", "image/svg+xml"),
                .href(EmbeddedAssets.faviconSVG.address))
            for script in [EmbeddedAssets.consoleJS, EmbeddedAssets.liveJS] {
                html.element("script", .init("src", script.address), .flag("defer")) { _ in }
            }
        }
    }

    private func writeSide(to html: inout HTML) {
        html.element(
            "nav", .id("navigation"), .class("side"), .flag("popover"), .label(.mainNavigation)
        ) { html in
            html.element("div", .class("side-head")) { html in
                html.element("a", .class("brand"), .href("/")) { html in
                    html.add(Icon.brand)
                    html.text(.product)
                }
                html.element(
                    "button", .init("type", "button"), .class("icon-button narrow-only"),
                    .init("popovertarget", "navigation"), .init("popovertargetaction", "hide"),
                    .label(.closeMenu)
                ) { $0.add(Icon.close) }
            }
            html.element("div", .class("side-body"), content: navigation.write)
            if let user = html.context.user {
                html.element("div", .class("side-foot")) { $0.add(UserMenu(user: user)) }
            }
        }
    }

    private func writeBar(to html: inout HTML) {
        html.element("header", .class("bar")) { html in
            html.element(
                "button", .init("type", "button"), .class("icon-button narrow-only"),
                .init("popovertarget", "navigation"), .label(.openMenu)
            ) { $0.add(Icon.menu) }
            html.add(Breadcrumb(crumbs: crumbs, title: title))
            html.element("search", .class("bar-search")) { html in
                html.element("form", .action("/services"), .init("method", "get")) { html in
                    html.add(SearchField(.searchServices, name: "q", value: query, isMain: true))
                }
            }
            html.element("div", .class("bar-tools")) { html in
                html.add(LanguageSwitch())
                html.add(ThemeSwitch())
                html.add(
                    IconButton(
                        .keyboardShortcuts, icon: .keyboard, attributes: [.init("data-dialog", "shortcuts")]))
            }
        }
    }
}
