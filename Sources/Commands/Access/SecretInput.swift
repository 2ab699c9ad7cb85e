import Foundation
import GantryBase

/// Reads a secret without showing it: from standard input, at a terminal without echo.
enum SecretInput {
    static let limit = 64 << 10

    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// At a terminal asks twice, since nobody sees what is typed.
    static func readNew(_ prompt: String) throws -> String {
        let text = try read(prompt)
        guard isTerminal, try read("again: ") != text else { return text }
        throw GantryError(.invalid, "the two are not the same", hint: "try again")
    }

    static func read(_ prompt: String) throws -> String {
        if isTerminal {
            guard let text = getpass(prompt).map({ String(cString: $0) }), !text.isEmpty else {
                throw GantryError(.invalid, "nothing was given")
            }
            return text
        }
        let data = FileHandle.standardInput.readData(ofLength: limit + 1)
        guard data.count <= limit else { throw GantryError(.limit, "more than \(limit) bytes were given") }
        let text = String(decoding: data, as: UTF8.self)
        let trimmed = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard !trimmed.isEmpty else { throw GantryError(.invalid, "nothing was given on standard input") }
        return trimmed
    }
}
