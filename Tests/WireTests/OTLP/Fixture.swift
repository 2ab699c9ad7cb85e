import Foundation
import Testing
import Wire

/// The bodies that `Fixtures/make_otlp.py` made with OpenTelemetry's own code.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
    }

    /// Written without what has its default value, as Wire writes it too.
    static let canonical = ["traces", "logs", "metrics"]
    /// The SDK also writes an empty status.
    static let signals = ["traces", "logs", "metrics", "sdk-traces"]

    /// Decodes a body of that name and encodes it again.
    static func recode(
        _ name: String, _ body: [UInt8], as encoding: OTLP.Encoding, to other: OTLP.Encoding
    ) throws(OTLPError) -> [UInt8] {
        switch name {
        case "logs": OTLP.encode(try OTLP.decodeLogs(body, as: encoding).batch, as: other)
        case "metrics": OTLP.encode(try OTLP.decodeMetrics(body, as: encoding).batch, as: other)
        default: OTLP.encode(try OTLP.decodeTraces(body, as: encoding).batch, as: other)
        }
    }
}

/// JSON without what does not matter: the order of members, and whether a whole number has a point.
func normal(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let values): .array(values.map(normal))
    case .object(let members):
        .object(members.map { .init($0.name, normal($0.value)) }.sorted { $0.name < $1.name })
    case .integer(let number): .number(Double(number))
    default: value
    }
}

/// Bytes of protobuf put together by hand.
struct Bytes: ExpressibleByArrayLiteral {
    var list: [UInt8]
    init(_ list: [UInt8]) { self.list = list }
    init(arrayLiteral elements: UInt8...) { list = elements }

    static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, list) = (value, [UInt8]())
        while rest >= 0x80 {
            list.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return list + [UInt8(rest)]
    }

    /// A length-delimited field.
    static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(content.count)) + content
    }

    /// A request of one record: resource group, scope group, record.
    static func request(_ record: [UInt8]) -> [UInt8] { field(1, field(2, field(2, record))) }

    static let traceID = field(1, Array(1...16))
    static let spanID = field(2, Array(1...8))
}
