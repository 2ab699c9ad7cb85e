import Console
import Testing

/// What holds for every page of the console, whatever it shows.
struct PageRules {
    /// Named in what fails.
    var page: String
    var root: Markup.Element

    func idsAreUniqueAndEveryReferenceIsKept() {
        let elements = root.all
        let ids = elements.compactMap { $0["id"] }
        #expect(
            Set(ids).count == ids.count,
            "\(page) has twice: \(Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys)")
        for element in elements {
            for name in ["for", "aria-describedby", "aria-labelledby", "popovertarget", "data-dialog"] {
                for id in (element[name] ?? "").split(separator: " ") {
                    #expect(
                        ids.contains(String(id)), "\(page): \(element.tag) \(name) names no element: \(id)")
                }
            }
            if let link = element["href"], link.hasPrefix("#"), link != "#" {
                #expect(ids.contains(String(link.dropFirst())), "\(page): \(link) leads nowhere")
            }
        }
    }

    func nothingIsInlineAndNothingComesFromElsewhere() {
        for element in root.all {
            #expect(element.tag != "style")
            for (name, value) in element.attributes {
                #expect(name != "style" && !name.hasPrefix("on"), "\(page): \(element.tag) has \(name)")
                if ["src", "href", "action", "data-stream", "data-poll"].contains(name) {
                    let isOurs = value.hasPrefix("/") || value.hasPrefix("#") || value.hasPrefix("?")
                    #expect(isOurs, "\(page): \(element.tag) leads to \(value)")
                }
            }
            if element.tag == "script" { #expect(element["src"] != nil && element.text.isEmpty) }
            if element.tag == "script" || element.tag == "link" {
                let name = (element["src"] ?? element["href"] ?? "").dropFirst(Asset.folder.count)
                #expect(Asset.named(String(name)) != nil, "\(page): no asset \(name)")
            }
        }
    }

    /// By the text inside, `aria-label`, a `label` around or for it, or what labels it by id.
    private static func name(of element: Markup.Element, in all: [Markup.Element]) -> String {
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

    /// - Returns: how many elements act.
    @discardableResult
    func everythingThatActsHasAName() -> Int {
        let all = root.all
        var count = 0
        for element in all {
            let isHidden = element["type"] == "hidden"
            let acts = ["a", "button", "input", "select", "textarea", "summary", "dialog", "nav", "svg"]
            guard acts.contains(element.tag) || element["role"] == "region", !isHidden else { continue }
            if element.tag == "svg", element["aria-hidden"] == "true" { continue }
            count += 1
            let name = Self.name(of: element, in: all).filter { !$0.isWhitespace }
            #expect(!name.isEmpty, "\(page): a \(element.tag) has no name: \(element.attributes)")
        }
        return count
    }

    func readersWhoHearItFindTheirWay() {
        #expect(root.all("h1").count == 1, "\(page) has \(root.all("h1").count) titles")
        #expect(root.all("main").count == 1)
        let heading = root.all.filter { ["h1", "h2", "h3", "h4"].contains($0.tag) }
        #expect(
            heading.allSatisfy { !$0.text.filter { !$0.isWhitespace }.isEmpty }, "\(page): an empty heading")
        for table in root.all("table") where !table.ancestors.contains(where: { $0.classes.contains("diff") })
        {
            #expect(table.all("caption").count == 1)
            for head in table.all("th") { #expect(head["scope"] != nil, "\(page): a head without a scope") }
        }
        for form in root.all("form") where form["method"] == "post" {
            let tokens = form.all("input").filter { $0["name"] == Form.tokenField }
            #expect(tokens.count == 1, "\(page): a form without its token")
        }
    }

    /// Classes without a style: hooks for scripts and tests, each beside one that is styled.
    static let bareClasses: Set<String> = [
        "user-menu", "cell-status", "type-m", "theme-menu", "stage-succeeded", "level-info", "toast-success",
        "diff-text", "diff-same", "field-wrong", "timeline", "event-body", "heading-page", "heading-section",
        "heading-part", "depth-0", "row-loading",
    ]

    func everyClassIsStyledOrServesTheScript() {
        let sources = Asset.all.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        var classes: Set<String> = []
        for element in root.all { classes.formUnion(element.classes) }
        let unknown = classes.filter {
            !sources.contains("." + $0) && !$0.hasPrefix("icon-") && !Self.bareClasses.contains($0)
        }
        #expect(unknown.isEmpty, "\(page): no style for \(unknown.sorted())")
    }
}
