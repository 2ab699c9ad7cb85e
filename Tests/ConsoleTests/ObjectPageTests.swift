import Console
import GantryBase
import Model
import Testing

/// Holds every page of objects, in each of its states, to the rules of all pages.
@Suite struct ObjectPageTests {
    static let names = PageSamples().all.map(\.name)

    static func page(_ name: String, _ samples: PageSamples = PageSamples()) throws -> any ConsolePage {
        try #require(samples.all.first { $0.name == name }).page
    }

    @Test(arguments: names, ReaderLanguage.allCases)
    func aPageKeepsTheRules(name: String, language: ReaderLanguage) throws {
        let text = try Self.page(name).render(context(language), failure: PageSamples().fault).string
        try PageRules.check(text, name)
        let root = try Markup(text).root
        #expect(root.all("main").count == 1)
        for table in root.all("table") {
            #expect(table.all("caption").count == 1)
            for head in table.all("th") { #expect(head["scope"] != nil, "\(name): a head without a scope") }
        }
        for form in root.all("form") where form["method"] == "post" {
            let tokens = form.all("input").filter { $0["name"] == Form.tokenField }
            #expect(tokens.count == 1, "\(name): a form without its token")
        }
    }

    @Test(arguments: names) func hostileTextIsOnlyText(name: String) throws {
        let text = try Self.page(name, PageSamples(tail: PageSamples.hostile)).render(context()).string
        _ = try Markup(text)
        #expect(!text.contains("<script>alert") && !text.contains("onload='"))
        // What is copied or sent back must be as it was; what is read must not deceive.
        let read = text.replacing(/\s(?:data-copy|value)="[^"]*"/, with: "")
        for character in ["\u{202E}", "\u{1B}", "\u{7}"] { #expect(!read.contains(character), "\(name)") }
        for element in try Markup(text).root.all {
            for (attribute, value) in element.attributes
            where ["href", "action", "data-poll"].contains(attribute) {
                #expect(
                    value.hasPrefix("/") || value.hasPrefix("#") || value.hasPrefix("?"), "\(name): \(value)")
                #expect(!value.contains("script>"), "\(name): \(value)")
            }
        }
    }

    /// The pages that show names show the hostile part too: it is not dropped, so nobody is deceived.
    @Test(arguments: ["overview", "services", "service", "run-waiting", "rollout-failed", "audit", "tokens"])
    func hostileTextIsShown(name: String) throws {
        let text = try Self.page(name, PageSamples(tail: PageSamples.hostile)).render(context()).string
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && text.contains("⟨U+202E⟩"))
    }

    @Test(arguments: names) func aPageInChineseHasNoEnglishOfOurs(name: String) throws {
        let page = try Self.page(name)
        let (english, chinese) = (
            page.render(context(.english)).string, page.render(context(.chinese)).string
        )
        let heads = try [english, chinese].map {
            try Markup($0).root.all.filter { ["th", "label", "dt"].contains($0.tag) }
        }
        #expect(heads[0].count == heads[1].count)
        let names = Set(["p50", "p99"])
        for (first, second) in zip(heads[0], heads[1]) where first.tag == "th" && first["scope"] == "col" {
            let isName =
                first.ancestors.contains { $0.classes.contains("matrix") } || names.contains(first.text)
            #expect(isName || first.text != second.text || first.text.isEmpty, "\(name): \(first.text)")
        }
    }

    @Test func theLongestListIsNotTooLongForAPage() throws {
        let samples = PageSamples()
        #expect(samples.services(50).render(context(.chinese)).string.utf8.count < 150_000)
        let workloads = (0..<50).map { _ in
            samples.standing(samples.service, "production", "guangzhou", .failed)
        }
        #expect(WorkloadsPage(.items(workloads)).render(context()).string.utf8.count < 150_000)
    }

    @Test func aPartHasNoIdOfThePageAroundIt() throws {
        for (name, page) in PageSamples().all {
            guard let live = page as? any LivePage, live.isFollowed else { continue }
            let ids = Set(try Markup(page.render(context()).string).root.all.compactMap { $0["id"] })
            let part = try Markup(live.renderPart(context()).string).root
            let own = part.all.compactMap { $0["id"] }
            #expect(Set(own).count == own.count && ids.isDisjoint(with: own), "\(name)")
            #expect(
                try Markup(page.render(context()).string).root.all.contains {
                    $0["data-poll"] == live.partAddress || name.hasPrefix("overview-empty")
                })
        }
    }
}
