import Console
import GantryBase
import Model

/// The context of most tests, at one fixed moment.
func context(_ language: ReaderLanguage = .english) -> PageContext {
    PageContext(
        language: language, zoneMinutes: 480, now: Timestamp(seconds: 1_795_513_388), user: "chen.yu",
        path: "/ui",
        formToken: "form-token-of-test")
}

func rendered(_ component: some Component, _ language: ReaderLanguage = .english) throws -> Markup.Element {
    var html = HTML(context(language))
    html.add(component)
    return try Markup(html.string).root
}
