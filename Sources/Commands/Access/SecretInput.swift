import Foundation
import GantryBase

/// Reads a secret without showing it: from standard input, at a terminal without echo.
enum SecretInput {
    static let limit = 64 << 10

    static func read(_ prompt: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 {
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
