/// What a reader chose, as the browser tells it: cookies win over what the browser asks for.
///
/// Everything here comes from outside: what is not one of the known words counts as not said.
package struct Preferences: Sendable, Hashable {
    package var language: ReaderLanguage
    package var theme: Theme
    package var zoneMinutes: Int

    package static let languageCookie = "gantry-language"
    package static let themeCookie = "gantry-theme"
    package static let zoneCookie = "gantry-zone"
    /// Clocks lie between 12 hours west and 14 hours east of UTC.
    private static let zones = -720...840

    package init(cookies: String = "", acceptLanguage: String = "") {
        let values = Self.values(cookies)
        language =
            values[Self.languageCookie].flatMap(ReaderLanguage.init)
            ?? ReaderLanguage.accepted(acceptLanguage)
        theme = values[Self.themeCookie].flatMap(Theme.init) ?? .system
        let minutes = values[Self.zoneCookie].flatMap { Int($0) } ?? 0
        zoneMinutes = Self.zones.contains(minutes) ? minutes : 0
    }

    /// Splits a `Cookie` field; of a name that comes twice the first counts, which is the more specific path.
    private static func values(_ field: String) -> [String: String] {
        var values: [String: String] = [:]
        for pair in field.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = String(parts[0].drop { $0 == " " })
            if values[name] == nil { values[name] = String(parts[1]) }
        }
        return values
    }
}
