package import GantryBase
package import Model

/// The names of users: those of people as platform.yaml takes them, those of programs with `service/` before them.
///
/// No person's name has a slash, so that nobody is taken for a program, and the audit log tells them apart.
package enum UserText {
    package static let servicePrefix = "service/"
    /// In bytes; a mail address fits.
    static let longest = 128
    /// Names that stand for something else in the audit log or in platform.yaml.
    private static let reserved: Set<String> = ["*", "unknown", "everybody", "nobody", "gantry"]

    /// - Throws: `.invalid` for a text that no person can be called here.
    package static func person(_ text: String) throws(GantryError) -> UserName {
        guard isWord(text) else {
            throw GantryError(
                .invalid, "\(shown(text)) is no name of a user",
                hint:
                    "use letters, digits and . _ @ -, the first a letter or digit, at most \(longest) in all")
        }
        guard !reserved.contains(text) else {
            throw GantryError(.invalid, "the name \(text) is reserved", hint: "choose another")
        }
        return UserName(text)
    }

    /// - Parameter text: with or without the prefix.
    package static func program(_ text: String) throws(GantryError) -> UserName {
        let name = text.hasPrefix(servicePrefix) ? String(text.dropFirst(servicePrefix.count)) : text
        return UserName(servicePrefix + (try person(name)).text)
    }

    package static func isProgram(_ user: UserName) -> Bool { user.text.hasPrefix(servicePrefix) }

    static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= longest, isLetterOrDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "._@-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20)
    }

    /// Short, and without what a terminal would obey.
    private static func shown(_ text: String) -> String {
        String(text.prefix(40).filter { $0.isASCII && !$0.isNewline && $0 >= " " })
    }
}
