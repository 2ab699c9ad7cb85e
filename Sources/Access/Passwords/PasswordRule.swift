package import GantryBase
package import Model

/// Which passwords are too weak to be kept.
///
/// Length counts, and what attackers try first is refused. Rules on kinds of characters are left out on purpose: they
/// make people choose what is easy to guess and hard to remember (NIST SP 800-63B, 5.1.1.2).
package enum PasswordRule {
    /// In characters.
    package static let shortest = 12
    /// In bytes: enough for a sentence, and little enough that a derivation's cost does not depend on it.
    package static let longest = 1024
    /// A password of fewer different characters is a pattern.
    static let differentCharacters = 5

    /// What is behind most long passwords in lists of stolen ones, once digits and signs are taken off.
    private static let commonWords: Set<String> = [
        "password", "passwort", "passw", "passwordpassword", "qwerty", "qwertyuiop", "qwertyqwerty",
        "asdfghjkl",
        "qwertyuiopasdfghjkl", "qazwsxedc", "zaqxsw", "iloveyou", "letmein", "welcome", "welcometo", "admin",
        "administrator", "gantry", "gantryadmin", "gantrypassword", "changeme", "changemenow", "secret",
        "topsecret",
        "default", "monkey", "dragon", "football", "baseball", "princess", "sunshine", "superman", "woaini",
        "correcthorsebatterystaple", "trustno", "master", "login", "abcdefghijkl", "abcdefghijklm", "abc",
        "abcd",
    ]
    /// Whatever repeats or runs along one of these is no secret.
    private static let runs = [
        "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
    ]

    package static func check(_ password: SecretText, of user: UserName) throws(GantryError) {
        let text = password.reveal()
        guard text.count >= shortest else {
            throw refusal(
                "it has fewer than \(shortest) characters", "a sentence of four or more words is good")
        }
        guard text.utf8.count <= longest else {
            throw refusal("it has more than \(longest) bytes", "choose a shorter one")
        }
        guard !text.utf8.contains(0) else { throw refusal("it has a zero byte", "leave it out") }
        let folded = text.lowercased()
        let name = user.text.lowercased()
        let given = name.split(separator: "@").first.map(String.init) ?? name
        // Short names are part of many words.
        guard folded != name, given.count < 4 || !folded.contains(given) else {
            throw refusal("it has the user's name in it", "choose one that says nothing about you")
        }
        guard Set(folded).count >= differentCharacters, !isRun(folded) else {
            throw refusal("it is a pattern", "a sentence of four or more words is good")
        }
        guard !commonWords.contains(folded.filter(\.isLetter)) else {
            throw refusal(
                "it is among the first that are guessed", "a sentence of four or more words is good")
        }
    }

    private static func isRun(_ text: String) -> Bool { runs.contains { $0.contains(text) } }

    private static func refusal(_ reason: String, _ hint: String) -> GantryError {
        GantryError(.invalid, "the password is too weak: \(reason)", hint: hint)
    }
}
