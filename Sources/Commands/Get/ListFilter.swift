import ArgumentParser
import GantryBase
import Model
import Specification

/// What a list is cut to.
struct ListFilter: Sendable {
    enum Part: String, Sendable { case name, environment, region }

    /// A business, a service, or any longer beginning of a name up to the whole.
    var name: String?
    var environment: String?
    var region: String?

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if let environment { query.append(("label.environment", environment)) }
        if let region { query.append(("label.region", region)) }
        return query
    }

    /// - Throws: wrong use, where the kind has no such thing: the list would be empty for no reason that is seen.
    func check(for kind: ListedKind) throws {
        let given: [(Part, String?)] = [(.name, name), (.environment, environment), (.region, region)]
        for (part, value) in given where value != nil && !kind.filters.contains(part) {
            let known = kind.filters.map { $0 == .name ? "a name or --service" : "--\($0.rawValue)" }
            throw ValidationError(
                "\(kind.rawValue) are not listed by \(part.rawValue); "
                    + (known.isEmpty ? "leave it out" : "they are by \(known.joined(separator: ", "))"))
        }
        if let name, let parts = kind.nameParts, name.split(separator: "/").count > parts {
            throw ValidationError("\(name) is longer than the name of a \(kind.singular)")
        }
    }

    /// In words, for a list that is empty: ` of yidian in production`.
    var words: String {
        (name.map { " of \($0)" } ?? "")
            + (environment.map { " in \($0)" } ?? "") + (region.map { " in \($0)" } ?? "")
    }

    /// Asks whether there is what an empty list was cut to.
    ///
    /// - Throws: `.notFound` with what there is, where there is not.
    func requireKnown(_ client: APIClient) async throws {
        let platform = try await client.platform()
        try Self.require(environment, "environment", platform.environments.map(\.name.text), "environments")
        try Self.require(region, "region", platform.regions.map(\.name.text), "regions")
        let parts = name?.split(separator: "/").map(String.init) ?? []
        guard let business = parts.first else { return }
        try Self.require(business, "business", platform.businesses.map(\.name.text), "businesses")
        guard parts.count > 1 else { return }
        let services: [ObjectView<StoredRepository>] = try await client.all(
            "/v1/repositories", [("prefix", business + "/")])
        try Self.require(parts[0] + "/" + parts[1], "service", services.map(\.name), "services")
    }

    private static func require(_ name: String?, _ kind: String, _ known: [String], _ plural: String) throws {
        guard let name, !known.contains(name) else { return }
        throw GantryError(
            .notFound, "there is no \(kind) \(name)",
            hint: known.isEmpty ? "there are no \(plural) yet" : Nearest.hint(name, among: known))
    }
}
