import Foundation
import GantryBase

/// A text that is drawn again and again.
enum Screen {
    static let pause = Duration.seconds(2)

    /// Draws what the body makes until the task is cancelled; on what is no terminal, one text below the other.
    static func redraw(_ body: () async throws -> String) async throws {
        while true {
            let text: String
            do { text = try await body() } catch let error as GantryError where error.code == .unavailable {
                text = "\(error.message); trying again\n"
            }
            // Home, the text, and what is left of the one before is cleared.
            let out =
                Terminal.isInteractive
                ? "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[J" : text + "\n"
            FileHandle.standardOutput.write(Data(out.utf8))
            try await Task.sleep(for: pause)
        }
    }
}
