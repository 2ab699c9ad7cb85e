import ArgumentParser
import Specification

/// Finds a word that was meant as a command and is none: the parser only calls it an unexpected argument.
enum CommandWord {
    /// Nil where every word that stands for a command is one.
    static func mistake(in arguments: [String], of root: any ParsableCommand.Type) -> String? {
        var (command, path) = (root, [root._commandName])
        for word in arguments {
            let below = command.configuration.subcommands
            guard !below.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = below.first(where: { $0._commandName == word }) else {
                let known = below.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                return "there is no command \((path + [word]).joined(separator: " ")); "
                    + Nearest.hint(word, among: known)
            }
            command = next
            path.append(word)
        }
        return nil
    }
}
