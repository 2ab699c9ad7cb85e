import Foundation
import Wire

/// What is said to a person beside the answer: on standard error, so that pipes carry the answer alone.
enum Notice {
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((TerminalText.safe(line, keepsLines: true) + "\n").utf8))
    }
}
