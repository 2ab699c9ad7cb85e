import ArgumentParser
import Testing

@testable import API
@testable import Commands

/// Every route has a verb, and every verb is about a route: what has none says why.
@Suite struct RouteVerbTests {
    /// Verbs that ask no route of their own.
    static let local: [String: String] = [
        "up": "is the server", "demo": "starts a server and people of its own",
        "hook": "git runs it on the server",
        "logout": "forgets what `login` kept, and revokes it as `token revoke` does",
        "context list": "shows what `login` kept", "context use": "chooses of what `login` kept",
        "context remove": "forgets what `login` kept",
        "device refuse": "is the other answer of `device approve`",
        "service-account token": "does as `token create` for a service account",
        "validate": "looks at files by itself", "service new": "writes files, then does as `service create`",
        "top": "shows what `calls` shows, again and again",
        "run reject": "is the other answer of `run approve`", "run show": "shows what `describe run` shows",
    ]

    private struct Leaf {
        var words: String
        var type: any ParsableCommand.Type
    }

    private static func leaves(_ type: any ParsableCommand.Type, _ words: [String]) -> [Leaf] {
        let below = type.configuration.subcommands
        guard !below.isEmpty else { return [Leaf(words: words.joined(separator: " "), type: type)] }
        return below.flatMap { leaves($0, words + [$0._commandName]) }
    }

    /// The verb's own words, when what follows them is an argument that it takes.
    private func verb(_ words: String, among known: Set<String>) throws -> String? {
        if known.contains(words) { return words }
        let parts = words.split(separator: " ").map(String.init)
        guard parts.count == 2, known.contains(parts[0]) else { return nil }
        switch parts[0] {
        case "get": _ = try Commands.ListedKind.named(parts[1])
        case "describe": _ = try DescribedKind.named(parts[1])
        default: return nil
        }
        return parts[0]
    }

    @Test func everyRouteHasAVerbOrAReason() throws {
        let known = Set(Self.leaves(GantryCommand.self, []).map(\.words))
        var used: Set<String> = []
        for operation in Catalogue.all {
            switch operation.verb {
            case .none(let reason): #expect(reason.count > 10, "\(operation.pattern)")
            case .words(let words):
                let verb = try verb(words, among: known)
                #expect(verb != nil, "\(operation.method) \(operation.pattern): there is no gantry \(words)")
                if let verb { used.insert(verb) }
            }
        }
        let without = known.subtracting(used).subtracting(Self.local.keys)
        #expect(without == [], "verbs that no route names; name them there, or say here why not")
        #expect(Set(Self.local.keys).subtracting(known) == [] && used.isDisjoint(with: Self.local.keys))
    }
}
