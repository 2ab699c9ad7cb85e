/// A checked-by-whoever-reads-it name of one kind of thing; a plain string when coded.
///
/// The kind is a phantom, so that a region cannot be passed where an environment is meant.
public struct Name<Kind>: Sendable, Hashable, Comparable, Codable, CodingKeyRepresentable,
    ExpressibleByStringLiteral, CustomStringConvertible
{
    public var text: String
    public init(_ text: String) { self.text = text }
    public init(stringLiteral text: String) { self.text = text }
    public var description: String { text }

    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    public static func == (a: Self, b: Self) -> Bool { a.text == b.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var codingKey: any CodingKey { NameKey(text) }
    public init?(codingKey: some CodingKey) { text = codingKey.stringValue }
}

struct NameKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

public enum BusinessKind {}
public enum EnvironmentKind {}
public enum RegionKind {}
public enum ClusterKind {}
public enum UserKind {}
public typealias BusinessName = Name<BusinessKind>
public typealias EnvironmentName = Name<EnvironmentKind>
public typealias RegionName = Name<RegionKind>
public typealias ClusterName = Name<ClusterKind>
public typealias UserName = Name<UserKind>

/// A name made of parts with slashes between them: what objects are stored, listed by prefix and addressed under.
public protocol PathName: Sendable, Hashable, Comparable, Codable, CodingKeyRepresentable,
    CustomStringConvertible
{
    var path: String { get }
    /// How it is written, for error messages: `BUSINESS/SERVICE`.
    static var form: String { get }
    /// Nil when the number of parts is wrong or one is empty; the parts themselves are not held to a norm here.
    init?(path: String)
}

extension PathName {
    public var description: String { path }
    public static func < (a: Self, b: Self) -> Bool { a.path < b.path }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(path: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" must be \(Self.form)")
        }
        self = value
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(path)
    }
    public var codingKey: any CodingKey { NameKey(path) }
    public init?(codingKey: some CodingKey) { self.init(path: codingKey.stringValue) }

    static func parts(_ path: String, _ count: Int) -> [String]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == count && !parts.contains("") ? parts : nil
    }
}

/// `yidian/article`
public struct ServiceName: PathName {
    public static let form = "BUSINESS/SERVICE"
    public var business: BusinessName
    public var name: String

    public init(_ business: BusinessName, _ name: String) {
        self.business = business
        self.name = name
    }
    public init?(path: String) {
        guard let parts = Self.parts(path, 2) else { return nil }
        self.init(BusinessName(parts[0]), parts[1])
    }
    public var path: String { "\(business)/\(name)" }
}

/// `yidian/article/production/guangzhou`: the unit that is deployed, scaled and observed.
public struct WorkloadName: PathName {
    public static let form = "BUSINESS/SERVICE/ENVIRONMENT/REGION"
    public var service: ServiceName
    public var environment: EnvironmentName
    public var region: RegionName

    public init(_ service: ServiceName, _ environment: EnvironmentName, _ region: RegionName) {
        self.service = service
        self.environment = environment
        self.region = region
    }
    public init?(path: String) {
        guard let parts = Self.parts(path, 4) else { return nil }
        self.init(
            ServiceName(BusinessName(parts[0]), parts[1]), EnvironmentName(parts[2]), RegionName(parts[3]))
    }
    public var path: String { "\(service)/\(environment)/\(region)" }
}

/// `yidian/article/production/guangzhou/x7k2m9pq`: one running copy of a workload.
public struct InstanceName: PathName {
    public static let form = "BUSINESS/SERVICE/ENVIRONMENT/REGION/INSTANCE"
    public var workload: WorkloadName
    public var id: String

    public init(_ workload: WorkloadName, _ id: String) {
        self.workload = workload
        self.id = id
    }
    public init?(path: String) {
        guard let slash = path.lastIndex(of: "/"), let workload = WorkloadName(path: String(path[..<slash])),
            slash < path.index(before: path.endIndex)
        else { return nil }
        self.init(workload, String(path[path.index(after: slash)...]))
    }
    public var path: String { "\(workload)/\(id)" }
}

/// `yidian/article/12`: the twelfth of its kind (release, run or rollout) of a service; numbers start at 1.
public struct Numbered<Kind>: PathName {
    public static var form: String { "BUSINESS/SERVICE/NUMBER" }
    public var service: ServiceName
    public var number: Int

    public init(_ service: ServiceName, _ number: Int) {
        self.service = service
        self.number = number
    }
    public init?(path: String) {
        guard let parts = Self.parts(path, 3), let number = Int(parts[2]), number > 0,
            String(number) == parts[2]
        else { return nil }
        self.init(ServiceName(BusinessName(parts[0]), parts[1]), number)
    }
    public var path: String { "\(service)/\(number)" }

    public static func < (a: Self, b: Self) -> Bool { (a.service, a.number) < (b.service, b.number) }
    public static func == (a: Self, b: Self) -> Bool { a.service == b.service && a.number == b.number }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(service)
        hasher.combine(number)
    }
}

public enum ReleaseKind {}
public enum RunKind {}
public enum RolloutKind {}
public typealias ReleaseName = Numbered<ReleaseKind>
public typealias RunName = Numbered<RunKind>
public typealias RolloutName = Numbered<RolloutKind>
