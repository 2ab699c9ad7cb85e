import ArgumentParser
import GantryBase
import Model
import Specification

/// Where signals come from, as people name it: a business, a service, or any longer beginning of an instance's name.
struct SignalPlace: Sendable, Hashable {
    /// Business, service, environment, region, instance; so many of them as were named.
    let parts: [String]

    private static let mostParts = 5

    /// Nil for what has not the form of a name.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
        guard (1...Self.mostParts).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(letters.contains) })
        else { return nil }
        self.parts = parts
    }

    var path: String { parts.joined(separator: "/") }

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if parts.count == 1 { query.append(("business", parts[0])) }
        if parts.count > 1 { query.append(("service", parts[0] + "/" + parts[1])) }
        for (at, name) in [(2, "environment"), (3, "region"), (4, "instance")] where parts.count > at {
            query.append((name, parts[at]))
        }
        return query
    }

    /// Tells what was meant by one or two words: a place, a search, or both.
    ///
    /// - Parameter isBusiness: asked for a word that could be either.
    static func read(
        _ first: String?, _ second: String?, isBusiness: (String) async throws -> Bool
    ) async throws -> (place: SignalPlace?, query: String) {
        guard let first else { return (nil, "") }
        guard second == nil else {
            guard let place = SignalPlace(first) else {
                throw ValidationError(
                    "\(first) is no name of a business, a service, a workload or an instance; a search with "
                        + "spaces stands in quotes")
            }
            return (place, second ?? "")
        }
        if let place = SignalPlace(first) {
            if place.parts.count > 1 { return (place, "") }
            if try await isBusiness(first) { return (place, "") }
        }
        return (nil, first)
    }
}

/// What all verbs about signals are cut to besides a name.
struct SignalOptions: ParsableArguments {
    @Option(help: "Of the last so much time, such as 15m.") var last: String?
    @Option(help: "From this time on, such as 2030-01-31T12:00:00Z, or from so long ago.") var from: String?
    @Option(help: "Until this time, or until so long ago.") var to: String?
    @Option(name: .shortAndLong, help: "Only in this environment.") var environment: String?
    @Option(name: .shortAndLong, help: "Only in this region.") var region: String?
    @Option(help: "Only of this release, such as yidian/article/12.") var release: String?

    func validate() throws {
        if let last, Period(last) == nil { throw ValidationError("--last takes \(Period.form)") }
        guard last == nil || from == nil else {
            throw ValidationError("--last and --from say two things; leave one of them out")
        }
    }

    /// - Parameter standard: what `--last` is where no time is said.
    func query(_ place: SignalPlace?, standard: Period) throws -> [(String, String)] {
        var query = place?.query ?? []
        for (name, value) in [("environment", environment), ("region", region), ("release", release)] {
            guard let value else { continue }
            guard !query.contains(where: { $0.0 == name }) else {
                throw ValidationError("the \(name) stands in the name already; leave --\(name) out")
            }
            query.append((name, value))
        }
        for (name, value) in [("last", last), ("from", from), ("to", to)] {
            if let value { query.append((name, value)) }
        }
        if last == nil, from == nil { query.append(("last", standard.description)) }
        return query
    }

    /// In words, for what is empty: `in the last 15m`.
    func words(standard: Period) -> String {
        if from == nil, to == nil { return "in the last \(last ?? standard.description)" }
        return "in that time"
    }
}

extension APIClient {
    func isBusiness(_ name: String) async throws -> Bool {
        try await platform().businesses.contains { $0.name.text == name }
    }
}
