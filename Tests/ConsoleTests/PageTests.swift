import Console
import Testing

/// Holds the page of all components, and with it every component, to the rules of all pages.
@Suite struct PageTests {
    static func page(_ language: ReaderLanguage) throws -> Markup.Element {
        try Markup(UIPage.render(context(language)).string).root
    }

    @Test(arguments: ReaderLanguage.allCases) func thePageKeepsTheRulesOfAllPages(language: ReaderLanguage)
        throws
    {
        let rules = PageRules(page: "components", root: try Self.page(language))
        rules.idsAreUniqueAndEveryReferenceIsKept()
        rules.nothingIsInlineAndNothingComesFromElsewhere()
        rules.everyClassIsStyledOrServesTheScript()
        #expect(rules.everythingThatActsHasAName() > 300)
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
}
