import ArgumentParser
import Foundation
package import GantryBase

/// The one place where an error becomes an exit status; the numbers are those of BSD's sysexits.h.
package enum ExitStatus {
    package static func of(_ code: GantryError.Code) -> Int32 {
        switch code {
        case .invalid: 65
        case .notFound: 66
        case .unavailable, .unsupported: 69
        case .internal: 70
        case .exists: 73
        case .conflict, .limit, .timeout: 75
        case .unauthenticated, .forbidden: 77
        }
    }

    /// What the parser ends with as well.
    private static let wrongUse: Int32 = 64

    /// Runs the command line and ends the process with its status; an error is told on standard error with its hint.
    package static func main(_ arguments: [String]? = nil) async -> Never {
        do {
            var command = try GantryCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch let error as GantryError {
            Notice.say("gantry: \(error.message)")
            if let hint = error.hint { Notice.say("  hint: \(hint)") }
            if error.code == .internal, let cause = error.cause { Notice.say("  cause: \(cause)") }
            exit(of(error.code))
        } catch {
            let words = arguments ?? Array(CommandLine.arguments.dropFirst())
            if let mistake = CommandWord.mistake(in: words, of: GantryCommand.self) {
                Notice.say("gantry: \(mistake)")
                exit(wrongUse)
            }
            GantryCommand.exit(withError: error)
        }
    }
}
