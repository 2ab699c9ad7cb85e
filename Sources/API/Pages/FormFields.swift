import GantryBase
import HTTPTypes

/// The fields of a form that a browser sent, `application/x-www-form-urlencoded`.
struct FormFields: Sendable {
    /// In fields; no page of ours has as many.
    static let limit = 200

    private let fields: [(name: String, value: String)]

    /// - Throws: `.invalid` for another media type, a broken escape, or bytes that are no UTF-8.
    init(of request: APIRequest) async throws {
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw GantryError(
                .invalid, "a form comes as application/x-www-form-urlencoded, and this is \(type)",
                hint: "send it from the console's page")
        }
        let bytes = try await request.body.all(
            limit: request.limits.bodyBytes, within: request.limits.bodyPeriod)
        let items = bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true)
        guard items.count <= Self.limit else {
            throw GantryError(.limit, "a form has at most \(Self.limit) fields", hint: "send less")
        }
        var fields: [(name: String, value: String)] = []
        for item in items {
            let sides = item.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            fields.append((try Self.decode(sides[0]), sides.count > 1 ? try Self.decode(sides[1]) : ""))
        }
        self.fields = fields
    }

    /// The last value of that name; nil when it is absent or empty. Line ends are single line feeds.
    subscript(name: String) -> String? {
        fields.last { $0.name == name && !$0.value.isEmpty }?.value
    }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The value, or `.invalid` when it is missing.
    func required(_ name: String) throws(GantryError) -> String {
        if let value = self[name] { return value }
        throw GantryError(.invalid, "the field \(name) is empty", hint: "fill it in")
    }

    private static func decode(_ text: ArraySlice<UInt8>) throws(GantryError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
                else { throw refusal }
                // A browser ends lines with CR LF.
                if high << 4 | low != 0x0D { bytes.append(high << 4 | low) }
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !decoded.utf8.contains(0) else {
            throw refusal
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }

    private static let refusal = GantryError(
        .invalid, "the form is not encoded as forms are, or not in UTF-8", hint: "send it from the page")
}
