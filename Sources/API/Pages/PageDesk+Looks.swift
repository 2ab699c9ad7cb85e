import Console
import GantryBase
import HTTPTypes

/// Language and theme of whoever asks.
extension PageDesk {
    func context(of request: APIRequest) -> PageContext {
        let cookies = request.headers[values: .cookie].joined(separator: ";")
        let preferences = Preferences(
            cookies: cookies, acceptLanguage: request.headers[.acceptLanguage] ?? "")
        return PageContext(
            language: preferences.language, theme: preferences.theme, zoneMinutes: preferences.zoneMinutes,
            now: time.now(), path: request.address,
            notice: PageCookies.value(PageCookies.notice, in: request.headers).flatMap(PageCookies.unpacked))
    }

    /// Keeps what a switch chose and leads back to the page without it; for browsers that run no script.
    func choice(_ request: APIRequest) -> Answer? {
        guard request.method == .get else { return nil }
        let language = request.query("language").flatMap(ReaderLanguage.init)
        let theme = request.query("theme").flatMap(Theme.init)
        guard language != nil || theme != nil else { return nil }
        var answer = Answer.seeOther(request.address(without: ["language", "theme"]))
        if let language {
            answer = answer.adding(cookie: kept(Preferences.languageCookie, language.rawValue))
        }
        if let theme { answer = answer.adding(cookie: kept(Preferences.themeCookie, theme.rawValue)) }
        return answer
    }

    /// The console's script changes them as well, without a request.
    private func kept(_ name: String, _ value: String) -> String {
        cookies.field(name, value, seconds: PageCookies.choiceSeconds, isHidden: false)
    }
}

extension APIRequest {
    /// Path and query as a link to here.
    var address: String { address(without: []) }

    func address(without names: Set<String>) -> String {
        let path = "/" + target.segments.map(LocalAddress.escaped).joined(separator: "/")
        let items = target.query.filter { !names.contains($0.name) }.map {
            LocalAddress.escaped($0.name) + "=" + LocalAddress.escaped($0.value)
        }
        return items.isEmpty ? path : path + "?" + items.joined(separator: "&")
    }
}
