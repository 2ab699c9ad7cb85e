/// Says why a body is no OTLP, and where.
public struct OTLPError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// The body, or a length within it, ends too early.
        case truncated
        /// A varint of more than ten bytes, or more than its type holds.
        case overlongVarint = "overlong-varint"
        /// Field number 0, or a kind of field that protobuf does not have.
        case invalidField = "invalid-field"
        /// A known field in another type than its own.
        case wrongType = "wrong-type"
        /// An id that has neither its length nor none.
        case wrongIDLength = "wrong-id-length"
        /// A span without trace id or span id.
        case missingID = "missing-id"
        case tooDeep = "too-deep"
        case tooMany = "too-many"
        case tooLarge = "too-large"
        /// The body is not JSON at all.
        case invalidJSON = "invalid-json"
    }

    public var kind: Kind
    /// In bytes from the start of the body; nil where a JSON value is of the wrong type, since the tree has no offsets.
    public var offset: Int?
    /// Where in the message, in the names of OTLP/JSON: `resourceSpans[0].scopeSpans[0].spans[3].traceId`. Empty for
    /// the message itself.
    public var path: String
    public var message: String

    init(_ kind: Kind, offset: Int? = nil, path: String = "", message: String? = nil) {
        (self.kind, self.offset, self.path) = (kind, offset, path)
        self.message = message ?? Self.text(kind)
    }

    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "\(path.isEmpty ? "the message" : path): \(message)\(place)"
    }

    private static func text(_ kind: Kind) -> String {
        switch kind {
        case .truncated: "ends too early"
        case .overlongVarint: "has a number of too many bytes"
        case .invalidField: "has a field that protobuf does not allow"
        case .wrongType: "is of another type"
        case .wrongIDLength: "is an id of the wrong length"
        case .missingID: "has no trace id or no span id"
        case .tooDeep: "has more than \(OTLP.deepestValue) values within each other"
        case .tooMany: "has more records or elements than one request may have"
        case .tooLarge: "is larger than \(OTLP.largestBody) bytes"
        case .invalidJSON: "is not JSON"
        }
    }
}

/// A fault in protobuf bytes as the readers throw it: small, so that the way without faults stays fast. `OTLP` makes
/// an `OTLPError` of it, with offset and path, where it leaves.
public struct ProtobufFault: Error, Sendable {
    let kind: OTLPError.Kind
    /// A byte of the field at fault, its tag included. Only compared with the start of the body, never read through.
    let address: UInt

    @inline(never)
    init(_ kind: OTLPError.Kind, at pointer: UnsafeRawPointer) {
        (self.kind, address) = (kind, UInt(bitPattern: pointer))
    }
}
