import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import SignIn
import State

/// Signing in at the platform's provider of identities, in the browser.
extension Routes {
    var provider: [Route] {
        [.openPage("/sign-in/oidc", beginAtProvider), .openPage(ProviderDesk.returnPath, comeBack)]
    }

    /// In seconds.
    private static let ticketSeconds = Int(SignInTicket.lifetime.milliseconds / 1000)

    /// Sends the browser away. That it can be done by a link of another site harms nobody: the person is who the
    /// provider says, and comes back to a page of ours.
    private func beginAtProvider(_ page: OpenPage) async throws -> Answer {
        let to = LocalAddress.checked(page.request.query("to"))
        do {
            let signIn = try await signInSpec()
            let begun = try await desks.provider.begin(
                at: signIn.oidc, to: to, server: signIn.address ?? serverAddress(page.request))
            return .seeOther(begun.location).adding(
                cookie: desk.cookies.field(PageCookies.ticket, begun.ticket, seconds: Self.ticketSeconds))
        } catch let error as GantryError {
            return try await signInPage(page, to, error)
        }
    }

    private func comeBack(_ page: OpenPage) async throws -> Answer {
        let request = page.request
        do {
            let spec = try await signInSpec().oidc
            let (claims, to) = try await desks.provider.finish(
                ProviderDesk.Return(
                    state: request.query("state"), code: request.query("code"), error: request.query("error"),
                    issuer: request.query("iss")),
                ticket: PageCookies.value(PageCookies.ticket, in: request.headers), at: spec)
            let user = try await desks.arrivals.take(
                Arrivals.Person(
                    subject: claims.subject, name: claims.name, groups: claims.groups,
                    isAdmin: !Set(claims.groups).isDisjoint(with: spec.admins)), from: request.from)
            return try await begin(user, way: "provider", page, LocalAddress.checked(to)).adding(
                cookie: desk.cookies.removal(PageCookies.ticket))
        } catch let error as GantryError {
            try await desks.arrivals.refuse(error, from: request.from)
            // A ticket is good for one return.
            return try await signInPage(page, "/", error).adding(
                cookie: desk.cookies.removal(PageCookies.ticket))
        }
    }

    private func signInSpec() async throws -> (oidc: OIDCSpec, address: String?) {
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        guard let oidc = platform?.signIn?.oidc else {
            throw GantryError(
                .notFound, "this platform has no provider of identities", hint: "sign in another way")
        }
        return (oidc, platform?.signIn?.address)
    }

    /// What the browser asked at. The provider leads back to registered addresses alone, so a forged one gains nothing.
    private func serverAddress(_ request: APIRequest) -> String {
        "\(desk.cookies.areSecure ? "https" : "http")://\(request.authority ?? "")"
    }
}
