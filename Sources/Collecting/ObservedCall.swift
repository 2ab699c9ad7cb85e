import GantryBase
package import Model
package import Wire

/// One call as one side reported it, read from a span.
package struct ObservedCall: Sendable, Hashable {
    package var key: CallKey
    /// How many calls it stands for: 1 or more.
    package var weight: Double
    /// In seconds.
    package var duration: Double
    /// The second in which it ended, since 1970.
    package var second: Int64
    package var traceID: TraceID

    /// Reads a span of `service`; nil when it is no call: work inside a service.
    ///
    /// - Parameter peers: Names of services by the `host:port` that Gantry gave this one for its callees.
    package init?(_ span: SpanRecord, of service: ServiceName, peers: [String: ServiceName] = [:]) {
        let attributes = span.attributes
        let side: CallSide
        switch span.kind {
        case .server, .consumer: side = .server
        case .client, .producer: side = .client
        case .internal, .unspecified: return nil
        }
        let result = CallResult(span)
        let (caller, callee) =
            switch side {
            case .server: (Self.caller(attributes), service.path)
            case .client: (service.path, Self.callee(attributes, peers))
            }
        key = CallKey(
            side: side, caller: caller, callee: callee, interface: Self.interface(span), code: result.code,
            outcome: result.outcome)
        weight = span.traceState.isEmpty ? 1 : TraceState(span.traceState)?.adjustedCount ?? 1
        duration = Double(span.durationNanoseconds) / 1e9
        second = span.end.nanoseconds / 1_000_000_000
        traceID = span.traceID
    }

    /// Longest text of an attribute that becomes part of a key, in bytes; the rest is cut.
    static let longestName = 200

    private static func caller(_ attributes: Attributes) -> String {
        name(attributes.string("gantry.caller")) ?? CallKey.unknown
    }

    private static func callee(_ attributes: Attributes, _ peers: [String: ServiceName]) -> String {
        if let name = name(attributes.string("service.peer.name") ?? attributes.string("peer.service")) {
            return name
        }
        guard let host = name(attributes.string("server.address") ?? attributes.string("net.peer.name"))
        else {
            return name(attributes.string("db.system.name") ?? attributes.string("db.system"))
                ?? name(attributes.string("messaging.system")) ?? CallKey.unknown
        }
        guard let port = attributes.int("server.port") ?? attributes.int("net.peer.port") else { return host }
        let address = "\(host):\(port)"
        return peers[address]?.path ?? address
    }

    private static func interface(_ span: SpanRecord) -> String {
        let attributes = span.attributes
        if let method = attributes.string("rpc.method") {
            // Newer conventions have the service's name in the method.
            guard let service = attributes.string("rpc.service"), !method.contains("/") else {
                return cut(method)
            }
            return cut(service + "/" + method)
        }
        if let method = attributes.string("http.request.method") ?? attributes.string("http.method") {
            let route = attributes.string("http.route") ?? attributes.string("url.template")
            return cut(method + " " + (route ?? PathPattern.of(path(attributes) ?? "")))
        }
        if let destination = attributes.string("messaging.destination.name") {
            let verb = attributes.string("messaging.operation.type") ?? "message"
            return cut(verb + " " + destination)
        }
        if let verb = attributes.string("db.operation.name") ?? attributes.string("db.operation") {
            return cut(verb + (attributes.string("db.collection.name").map { " " + $0 } ?? ""))
        }
        return cut(PathPattern.words(of: span.name))
    }

    private static func path(_ attributes: Attributes) -> String? {
        if let path = attributes.string("url.path") ?? attributes.string("http.target") { return path }
        guard let url = attributes.string("url.full") ?? attributes.string("http.url") else { return nil }
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "/" + parts[3] : "/"
    }

    private static func name(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return cut(text)
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= longestName ? text : String(decoding: text.utf8.prefix(longestName), as: UTF8.self)
    }
}

extension PathPattern {
    /// Treats each word of a span's name as a path of its own.
    static func words(of name: String) -> String {
        name.split(separator: " ").map { $0.hasPrefix("/") ? of($0) : String($0) }.joined(separator: " ")
    }
}
