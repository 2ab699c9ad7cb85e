import Access
import Console
import GantryBase
import HTTPTypes

/// How a route of the console is answered: pages in HTML, forms that lead to a page, errors that a person can read.
///
/// A page is asked with GET, needs no more than a look, and changes nothing. A form is sent with POST by a page of the
/// same session, which its signature proves; it answers with a redirect, so that reloading does not send it again.
enum PageHandler: Sendable {
    case openPage(@Sendable (OpenPage) async throws -> Answer)
    case openForm(@Sendable (OpenPage, FormFields) async throws -> Answer)
    case page(@Sendable (PageCall) async throws -> Answer)
    case form(@Sendable (PageCall, FormFields) async throws -> Answer)
}

/// A request for a page that everybody may see.
struct OpenPage: Sendable {
    var request: APIRequest
    var parameters: [String: String]
    /// Without a user.
    var context: PageContext

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}

/// A request for a page, or with a form, of somebody who is signed in.
struct PageCall: Sendable {
    /// As for the API: the same verbs and checks of rights take it.
    var call: Call
    var session: SessionStore.Found
    /// With the user and the signature for the page's forms.
    var context: PageContext

    var request: APIRequest { call.request }
    var identity: Identity { call.identity }
    func parameter(_ name: String) -> String { call.parameter(name) }
}

extension Route {
    static func page(
        _ pattern: String, _ handler: @escaping @Sendable (PageCall) async throws -> Answer
    ) -> Route { Route(.get, pattern, .page(.page(handler))) }

    static func form(
        _ pattern: String, _ handler: @escaping @Sendable (PageCall, FormFields) async throws -> Answer
    ) -> Route { Route(.post, pattern, .page(.form(handler))) }

    static func openPage(
        _ pattern: String, _ handler: @escaping @Sendable (OpenPage) async throws -> Answer
    ) -> Route { Route(.get, pattern, .page(.openPage(handler))) }

    static func openForm(
        _ pattern: String, _ handler: @escaping @Sendable (OpenPage, FormFields) async throws -> Answer
    ) -> Route { Route(.post, pattern, .page(.openForm(handler))) }
}
