package import GantryBase

/// A page of the console as a value: everything that it says is in it before it writes itself.
///
/// Whoever makes one has read State and decided rights; the page only words it, in the language of the context.
package protocol ConsolePage: Sendable {
    var title: Phrase { get }
    /// The address of the place in the navigation that the page belongs to.
    var place: String { get }
    /// From the first place down to this page; empty for a page that is a place itself.
    var crumbs: [PageShell.Crumb] { get }
    func write(to html: inout HTML)
}

extension ConsolePage {
    package var crumbs: [PageShell.Crumb] { [] }

    package func render(_ context: PageContext) -> HTML { render(context, failure: nil) }

    /// - Parameter failure: why the form was refused that was sent from here; what was done is told by a toast.
    package func render(_ context: PageContext, failure: GantryError?) -> HTML {
        var html = HTML(context)
        html.add(
            PageShell(title, navigation: Navigation(current: place), crumbs: crumbs) { html in
                if let failure { html.add(Callout(Phrase("This was not done", "操作未完成"), failure)) }
                write(to: &html)
            })
        return html
    }
}

/// Whether the reader may do something, and if not what it would take: a button that would be refused is not offered.
package enum Permission: Sendable, Hashable {
    case allowed
    /// A role in the business, as `platform.yaml` calls it.
    case takes(String)

    package var isAllowed: Bool { self == .allowed }

    /// Says what is missing, where the reader should know.
    package var phrase: Phrase? {
        guard case .takes(let role) = self else { return nil }
        return Phrase("It takes the role \(role).", "需要角色 \(role)。")
    }
}
