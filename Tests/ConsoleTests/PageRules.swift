import Console
import Testing

/// What holds of every page of the console.
enum PageRules {
    /// Classes that are hooks beside a class that is styled.
    static let bareClasses: Set<String> = [
        "user-menu", "cell-status", "type-m", "theme-menu", "stage-succeeded", "level-info", "level-debug",
        "toast-success", "diff-text", "diff-same", "field-wrong", "timeline", "event-body", "heading-page",
        "heading-section", "heading-part", "depth-0", "row-loading", "bar-span", "mistake-mark",
    ]

    static func check(_ text: String, _ name: String) throws {
        let all = try Markup(text).root.all
        try references(all, name)
        inline(all, name)
        names(all, name)
        classes(all, name)
        #expect(all.count { $0.tag == "h1" } == 1, "\(name) has one title")
        #expect(!text.contains("<script>alert") && !text.contains("<img"), "\(name) lets markup through")
    }

    private static func references(_ all: [Markup.Element], _ name: String) throws {
        let ids = all.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count, "\(name): an id comes twice")
        for element in all {
            for attribute in [
                "for", "list", "aria-describedby", "aria-labelledby", "popovertarget", "data-dialog",
            ] {
                for id in (element[attribute] ?? "").split(separator: " ") {
                    #expect(
                        ids.contains(String(id)), "\(name): \(element.tag) \(attribute) names nothing: \(id)")
                }
            }
        }
    }

    private static func inline(_ all: [Markup.Element], _ name: String) {
        for element in all {
            #expect(element.tag != "style")
            for (attribute, value) in element.attributes {
                #expect(
                    attribute != "style" && !attribute.hasPrefix("on"),
                    "\(name): \(element.tag) has \(attribute)")
                if ["src", "href", "action", "data-stream", "data-poll"].contains(attribute) {
                    let isOurs = value.hasPrefix("/") || value.hasPrefix("#") || value.hasPrefix("?")
                    #expect(isOurs, "\(name): \(element.tag) leads to \(value)")
                    #expect(value != "#", "\(name): \(element.text) leads nowhere")
                }
            }
        }
    }

    private static func names(_ all: [Markup.Element], _ name: String) {
        let acts = ["a", "button", "input", "select", "textarea", "summary", "dialog", "nav", "svg", "form"]
        for element in all where acts.contains(element.tag) || element["role"] == "region" {
            if element["type"] == "hidden" || element["aria-hidden"] == "true" { continue }
            // Forms of the frame stand inside elements that are named.
            if element.tag == "form", element["role"] == nil { continue }
            let said = PageTests.name(of: element, in: all).filter { !$0.isWhitespace }
            #expect(!said.isEmpty, "\(name): a \(element.tag) has no name: \(element.attributes)")
        }
    }

    private static func classes(_ all: [Markup.Element], _ name: String) {
        let sources = Asset.all.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        let used = all.reduce(into: Set<String>()) { $0.formUnion($1.classes) }
        let bare = used.filter {
            !$0.hasPrefix("icon-") && !bareClasses.contains($0) && !sources.contains("." + $0)
        }
        #expect(bare.isEmpty, "\(name): no style for \(bare.sorted())")
    }
}
