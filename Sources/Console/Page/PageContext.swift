package import GantryBase
package import Model

/// What every component may ask while it writes itself: who reads, in which language and theme, and when.
package struct PageContext: Sendable {
    package var language: ReaderLanguage
    package var theme: Theme
    package var zoneMinutes: Int
    package var now: Timestamp
    /// Nil on pages that need no sign-in.
    package var user: UserName?
    /// The address of this page, to which the switches return.
    package var path: String
    /// What forms send along to prove that they came from us; nil where nothing can be changed.
    package var formToken: String?
    /// What was just done, from a form that led here; shown once.
    package var notice: String?
    /// Goes before every id of a part that is put into a page later, so that ids stay unique.
    package var idPrefix: String

    package init(
        language: ReaderLanguage = .english, theme: Theme = .system, zoneMinutes: Int = 0, now: Timestamp,
        user: UserName? = nil, path: String = "/", formToken: String? = nil, notice: String? = nil,
        idPrefix: String = ""
    ) {
        (self.language, self.theme, self.zoneMinutes, self.now) = (language, theme, zoneMinutes, now)
        (self.user, self.path, self.formToken) = (user, path, formToken)
        (self.notice, self.idPrefix) = (notice, idPrefix)
    }

    package var formats: Formats { Formats(language, zoneMinutes: zoneMinutes) }
}

/// Light, dark, or what the reader's system says.
package enum Theme: String, Sendable, CaseIterable {
    case system, light, dark
}
