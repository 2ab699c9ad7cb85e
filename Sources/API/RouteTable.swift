import HTTPTypes

/// One verb at one pattern of paths.
///
/// A pattern is words with slashes between them. `{id}` stands for one part of the path, `{name:3}` for three, given to
/// the handler with their slashes, and `{rest*}` at the end for one or more.
struct Route: Sendable {
    enum Handler: Sendable {
        /// Answered to everybody.
        case open(@Sendable (APIRequest) async throws -> Answer)
        case signedIn(@Sendable (Call) async throws -> Answer)
        /// Of the console, for browsers.
        case page(PageHandler)
    }
    var method: HTTPRequest.Method
    var pattern: [PatternPart]
    var handler: Handler

    enum PatternPart: Sendable, Equatable {
        case word(String)
        case parts(String, Int)
        case rest(String)
    }

    init(_ method: HTTPRequest.Method, _ pattern: String, _ handler: Handler) {
        self.method = method
        self.handler = handler
        self.pattern = pattern.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .word(String(part)) }
            let inner = part.dropFirst().dropLast().split(separator: ":")
            if inner[0].hasSuffix("*") { return .rest(String(inner[0].dropLast())) }
            return .parts(String(inner[0]), inner.count > 1 ? Int(inner[1]) ?? 1 : 1)
        }
    }

    static func open(
        _ method: HTTPRequest.Method, _ pattern: String,
        _ handler: @escaping @Sendable (APIRequest) async throws -> Answer
    ) -> Route { Route(method, pattern, .open(handler)) }

    static func signedIn(
        _ method: HTTPRequest.Method, _ pattern: String,
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Route { Route(method, pattern, .signedIn(handler)) }

    /// The values of the pattern's parameters, or nil when the path does not fit.
    func match(_ segments: [String]) -> [String: String]? {
        var values: [String: String] = [:]
        var rest = segments[...]
        for part in pattern {
            switch part {
            case .word(let word):
                guard rest.popFirst() == word else { return nil }
            case .parts(let name, let count):
                guard rest.count >= count else { return nil }
                values[name] = rest.prefix(count).joined(separator: "/")
                rest = rest.dropFirst(count)
            case .rest(let name):
                guard !rest.isEmpty else { return nil }
                values[name] = rest.joined(separator: "/")
                rest = []
            }
        }
        return rest.isEmpty ? values : nil
    }
}

/// Finds who answers a request.
struct RouteTable: Sendable {
    enum Finding {
        case route(Route, [String: String])
        case wrongMethod(allowed: [String])
        case nothing
    }
    /// By the first two words, which nearly every pattern has: a look-up tries a handful of patterns.
    private let byStart: [[String]: [Route]]

    init(_ routes: [Route]) {
        byStart = Dictionary(grouping: routes) { Self.start($0.pattern) }
    }

    private static func start(_ pattern: [Route.PatternPart]) -> [String] {
        pattern.prefix(2).compactMap { if case .word(let word) = $0 { word } else { nil } }
    }

    /// A HEAD is answered where a GET is.
    func find(_ method: HTTPRequest.Method, _ segments: [String]) -> Finding {
        let candidates =
            (byStart[Array(segments.prefix(2))] ?? []) + (byStart[Array(segments.prefix(1))] ?? [])
        var allowed: [String] = []
        for route in candidates {
            guard let values = route.match(segments) else { continue }
            if route.method == method || (method == .head && route.method == .get) {
                return .route(route, values)
            }
            allowed.append(route.method.rawValue)
        }
        if allowed.contains("GET") { allowed.append("HEAD") }
        return allowed.isEmpty ? .nothing : .wrongMethod(allowed: allowed.sorted())
    }
}
