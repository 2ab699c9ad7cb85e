import HTTPTypes
import State

/// What every route of the API is for: one list for each `Routes+…` file. A new route gets an entry here.
///
/// The pages of the console are no part of the API and are not in it.
enum Catalogue {
    static var all: [Operation] {
        health + objects + platform + services + runs + workloads + secrets + tokens + users + access
            + audit + git + signals + intake
    }

    /// The first words of the paths that belong to the API.
    static let roots: Set<String> = ["v1", "git", "livez", "readyz", "metrics"]

    static func covers(_ route: Route) -> Bool {
        if case .word(let word)? = route.pattern.first { roots.contains(word) } else { false }
    }

    /// The routes with what the catalogue says of each.
    static func described(_ routes: [Route]) -> [Route] {
        let known = Dictionary(all.map { ("\($0.method) \($0.pattern)", $0) }) { first, _ in first }
        return routes.map { route in
            var route = route
            route.shown = OpenAPIDocument.path(route.template).text
            route.operation = known["\(route.method) \(route.template)"]
            return route
        }
    }

    static let pageQuery: [QueryParameter] = [
        .text("after", "what `next` of the page before said"),
        .number("limit", 1...StateLimits.largestPageSize, "at most so many items"),
    ]
}
