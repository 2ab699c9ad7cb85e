import GantryBase
import HTTPTypes
import Wire

/// A refusal of signals with a status of its own: what OpenTelemetry's clients go by.
struct RefusedSignals: Error {
    var status: HTTPResponse.Status
    var error: GantryError

    static func unreadable(_ message: String) -> RefusedSignals {
        RefusedSignals(
            status: .badRequest,
            error: GantryError(.invalid, message, hint: "do not send it again; see docs/signals.md"))
    }
}

/// Reads the body of a request that brings signals, unpacked, within the bounds of its size and of all memory.
struct SignalBody: Sendable {
    var encoding: OTLP.Encoding
    private let isPacked: Bool
    private let request: APIRequest

    /// What reading a body into records takes beside it, in its own size: a tree of JSON, and the records.
    static let growth = 5

    /// - Throws: a refusal with 415 for what is neither of the types nor packed by gzip or not at all.
    init(_ request: APIRequest, encodings: [OTLP.Encoding] = OTLP.Encoding.allCases) throws {
        let type = request.headers[.contentType] ?? ""
        guard let encoding = OTLP.Encoding(contentType: type), encodings.contains(encoding) else {
            throw Self.unsupported(
                type.isEmpty ? "the body has no Content-Type" : "signals are not taken as \(type)",
                hint: "send " + encodings.map(\.contentType).joined(separator: " or "))
        }
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": isPacked = false
        case "gzip", "x-gzip": isPacked = true
        case let other?:
            throw Self.unsupported("bodies packed by \(other) are not taken", hint: "pack by gzip, or not")
        }
        (self.encoding, self.request) = (encoding, request)
    }

    private static func unsupported(_ message: String, hint: String) -> RefusedSignals {
        RefusedSignals(
            status: .unsupportedMediaType, error: GantryError(.unsupported, message, hint: hint))
    }

    /// The whole body. The lease must outlive what is made of it.
    func bytes(_ lease: IngestMemory.Lease) async throws -> [UInt8] {
        let sent = try await request.body.all(
            limit: OTLP.largestBody, within: request.limits.bodyPeriod, taking: { try lease.take($0) })
        guard isPacked else {
            try lease.take(sent.count * Self.growth)
            return sent
        }
        let unpacked: [UInt8]
        do throws(Gzip.Failure) {
            // Nothing waits in between, so no more bodies are unpacked and not yet counted than there are cores.
            unpacked = try Gzip.unpack(sent, limit: OTLP.largestBody)
        } catch {
            switch error {
            case .tooLarge(let limit): throw RefusedBody(limit: limit)
            case .truncated: throw RefusedSignals.unreadable("the gzip of the body ends too early")
            case .damaged: throw RefusedSignals.unreadable("the body is no gzip, or a damaged one")
            }
        }
        try lease.take(unpacked.count * (1 + Self.growth))
        return unpacked
    }
}
