/// What sends: attributes such as `service.name` that hold for all its signals.
public struct SignalResource: Sendable, Hashable, Codable {
    public var attributes: Attributes
    public var droppedAttributes: UInt32
    public init(_ attributes: Attributes = [:], droppedAttributes: UInt32 = 0) {
        (self.attributes, self.droppedAttributes) = (attributes, droppedAttributes)
    }
}

/// The library within the sender that made the signals.
public struct SignalScope: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var attributes: Attributes
    public var droppedAttributes: UInt32
    public init(
        _ name: String = "", version: String = "", attributes: Attributes = [:], droppedAttributes: UInt32 = 0
    ) {
        (self.name, self.version) = (name, version)
        (self.attributes, self.droppedAttributes) = (attributes, droppedAttributes)
    }
}

/// Records by sender and scope, as one OTLP request carries them.
public struct SignalBatch<Record: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    public struct ScopeGroup: Sendable, Hashable, Codable {
        public var scope: SignalScope
        public var schemaURL: String
        public var records: [Record]
        public init(_ scope: SignalScope = SignalScope(), schemaURL: String = "", _ records: [Record]) {
            (self.scope, self.schemaURL, self.records) = (scope, schemaURL, records)
        }
    }

    public struct ResourceGroup: Sendable, Hashable, Codable {
        public var resource: SignalResource
        public var schemaURL: String
        public var scopes: [ScopeGroup]
        public init(_ resource: SignalResource, schemaURL: String = "", _ scopes: [ScopeGroup]) {
            (self.resource, self.schemaURL, self.scopes) = (resource, schemaURL, scopes)
        }
    }

    public var groups: [ResourceGroup]

    public init(_ groups: [ResourceGroup] = []) { self.groups = groups }

    /// Makes a batch of one sender and one scope.
    public init(_ records: [Record], from resource: SignalResource, scope: SignalScope = SignalScope()) {
        groups = records.isEmpty ? [] : [ResourceGroup(resource, [ScopeGroup(scope, records)])]
    }

    public var recordCount: Int {
        groups.reduce(0) { $0 + $1.scopes.reduce(0) { $0 + $1.records.count } }
    }
}

public typealias TraceBatch = SignalBatch<SpanRecord>
public typealias LogBatch = SignalBatch<LogRecord>
public typealias MetricBatch = SignalBatch<MetricRecord>
