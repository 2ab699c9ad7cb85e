import Console
import Testing

/// Holds the page of all components, and with it every component, to the rules of all pages.
@Suite struct PageTests {
    static func page(_ language: ReaderLanguage) throws -> Markup.Element {
        try Markup(UIPage.render(context(language)).string).root
    }

    @Test(arguments: ReaderLanguage.allCases) func idsAreUniqueAndEveryReferenceIsKept(
        language: ReaderLanguage
    ) throws {
        let elements = try Self.page(language).all
        let ids = elements.compactMap { $0["id"] }
        #expect(
            Set(ids).count == ids.count,
            "twice: \(Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys)")
        for element in elements {
            for name in ["for", "aria-describedby", "aria-labelledby", "popovertarget", "data-dialog"] {
                for id in (element[name] ?? "").split(separator: " ") {
                    #expect(ids.contains(String(id)), "\(element.tag) \(name) names no element: \(id)")
                }
            }
            if let link = element["href"], link.hasPrefix("#"), link != "#" {
                #expect(ids.contains(String(link.dropFirst())), "\(link) leads nowhere")
            }
        }
    }

    @Test(arguments: ReaderLanguage.allCases) func nothingIsInlineAndNothingComesFromElsewhere(
        language: ReaderLanguage
    )
        throws
    {
        for element in try Self.page(language).all {
            #expect(element.tag != "style")
            for (name, value) in element.attributes {
                #expect(name != "style" && !name.hasPrefix("on"), "\(element.tag) has \(name)")
                if ["src", "href", "action", "data-stream", "data-poll"].contains(name) {
                    let isOurs = value.hasPrefix("/") || value.hasPrefix("#") || value.hasPrefix("?")
                    #expect(isOurs, "\(element.tag) leads to \(value)")
                }
            }
            if element.tag == "script" { #expect(element["src"] != nil && element.text.isEmpty) }
            if element.tag == "script" || element.tag == "link" {
                let name = (element["src"] ?? element["href"] ?? "").dropFirst(Asset.folder.count)
                #expect(Asset.named(String(name)) != nil, "no asset \(name)")
            }
        }
    }

    /// By the text inside, `aria-label`, a `label` around or for it, or what labels it by id.
    static func name(of element: Markup.Element, in all: [Markup.Element]) -> String {
        if let label = element["aria-label"] { return label }
        if let id = element["aria-labelledby"] { return all.first { $0["id"] == id }?.text ?? "" }
        if ["input", "select", "textarea"].contains(element.tag) {
            let label =
                element.ancestors.first { $0.tag == "label" }
                ?? all.first { $0.tag == "label" && $0["for"] != nil && $0["for"] == element["id"] }
            return label?.text ?? ""
        }
        return element.text
    }

    @Test(arguments: ReaderLanguage.allCases) func everythingThatActsHasAName(language: ReaderLanguage) throws
    {
        let all = try Self.page(language).all
        var count = 0
        for element in all {
            let isHidden = element["type"] == "hidden"
            let acts = ["a", "button", "input", "select", "textarea", "summary", "dialog", "nav", "svg"]
            guard acts.contains(element.tag) || element["role"] == "region", !isHidden else { continue }
            if element.tag == "svg", element["aria-hidden"] == "true" { continue }
            count += 1
            let name = Self.name(of: element, in: all).filter { !$0.isWhitespace }
            #expect(!name.isEmpty, "a \(element.tag) has no name: \(element.attributes)")
        }
        #expect(count > 300)
    }

    @Test func hostileTextDoesNothingAndIsShown() throws {
        let text = UIPage.render(context()).string
        #expect(!text.contains("<script>alert") && !text.contains("<img"))
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(text.contains("⟨ESC⟩[31mred") && text.contains("⟨U+202E⟩"))
    }

    @Test func thePageIsMarkedUpForReadersWhoHearIt() throws {
        let page = try Self.page(.chinese)
        #expect(page.all("html").first?["lang"] == "zh-Hans")
        #expect(page.all("h1").count == 1)
        #expect(page.all("main").count == 1)
        #expect(page.all("body").first?.children.first { $0.tag == "a" }?["href"] == "#content")
        #expect(page.all("nav").first { $0["id"] == "navigation" }?["popover"] == "")
        #expect(
            page.all("a").filter { $0.classes.contains("nav-link") && $0["aria-current"] == "page" }.count
                == 1)
        for table in page.all("table") where !table.ancestors.contains(where: { $0.classes.contains("diff") })
        {
            #expect(table.all("caption").count == 1)
            for head in table.all("th") { #expect(head["scope"] != nil) }
        }
    }

    @Test func theThemeIsTheReadersAndElseTheSystems() throws {
        var chosen = context()
        #expect(try Markup(UIPage.render(chosen).string).root.all("html").first?["data-theme"] == nil)
        chosen.theme = .dark
        #expect(try Markup(UIPage.render(chosen).string).root.all("html").first?["data-theme"] == "dark")
    }

    @Test func everyKeyOfTheNavigationIsUsedOnce() {
        let keys = Navigation.standard.flatMap(\.places).map(\.key)
        #expect(Set(keys).count == keys.count)
    }

    @Test func everyIconIsDrawnAndEveryDrawingIsUsed() throws {
        let symbols = try Self.page(.english).all("symbol").compactMap { $0["id"] }
        #expect(Set(symbols) == Set(Icon.allCases.map { "icon-" + $0.rawValue }))
    }

    @Test func thePolicyAllowsNothingInline() {
        #expect(ContentPolicy.field.contains("script-src 'self';"))
        #expect(ContentPolicy.field.contains("style-src 'self';"))
        #expect(!ContentPolicy.field.contains("unsafe"))
    }

    @Test func everyClassOfAPageIsStyledOrServesTheScript() throws {
        let sources = Asset.all.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        var classes: Set<String> = []
        for element in try Self.page(.english).all { classes.formUnion(element.classes) }
        // Hooks for pages to come, each beside a class that is styled.
        let bare = classes.filter { !sources.contains("." + $0) }
        let allowed: Set<String> = [
            "user-menu", "cell-status", "type-m", "theme-menu", "stage-succeeded", "level-info",
            "toast-success",
            "diff-text", "diff-same", "field-wrong", "timeline", "event-body", "heading-page",
            "heading-section",
            "heading-part", "depth-0", "row-loading",
        ]
        let unknown = bare.filter { !$0.hasPrefix("icon-") && !allowed.contains($0) }
        #expect(unknown.isEmpty, "no style for \(unknown.sorted())")
    }
}
