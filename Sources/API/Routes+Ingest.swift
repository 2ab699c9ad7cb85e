import Access
import GantryBase
import Gateway
import HTTPTypes
import Model
import Wire

extension Routes {
    /// Where instances send their signals: OTLP over HTTP, and the calls that agents have counted.
    var intake: [Route] {
        [
            .workload(.post, OTLP.Signal.traces.path) { request, claim in
                await taken(.traces, request, claim) { body, encoding, gateway, origin, id in
                    let decoded = try OTLP.decodeTraces(body, as: encoding)
                    try await gateway.take(
                        decoded.batch, bytes: body.count, from: claim.source, origin: origin, id: id)
                    return Self.partial(decoded)
                }
            },
            .workload(.post, OTLP.Signal.logs.path) { request, claim in
                await taken(.logs, request, claim) { body, encoding, gateway, origin, id in
                    let decoded = try OTLP.decodeLogs(body, as: encoding)
                    try await gateway.take(
                        decoded.batch, bytes: body.count, from: claim.source, origin: origin, id: id)
                    return Self.partial(decoded)
                }
            },
            .workload(.post, OTLP.Signal.metrics.path) { request, claim in
                await taken(.metrics, request, claim) { body, encoding, gateway, origin, id in
                    let decoded = try OTLP.decodeMetrics(body, as: encoding)
                    try await gateway.take(
                        decoded.batch, bytes: body.count, from: claim.source, origin: origin, id: id)
                    return Self.partial(decoded)
                }
            },
            .workload(.post, Self.callsPath, takeCalls),
        ]
    }

    static let callsPath = "/v1/calls"

    private typealias Taking = (
        _ body: [UInt8], _ encoding: OTLP.Encoding, _ gateway: Gateway, _ origin: Gateway.Origin,
        _ id: BatchID?
    ) async throws -> OTLP.PartialSuccess?

    /// Answers when everything is on disk, in OTLP's own form; refusals too.
    private func taken(
        _ signal: OTLP.Signal, _ request: APIRequest, _ claim: WorkloadTokens.Claim, _ take: Taking
    ) async -> Answer {
        var encoding = OTLP.Encoding(contentType: request.headers[.contentType] ?? "") ?? .json
        do {
            let body = try SignalBody(request)
            encoding = body.encoding
            let lease = ingest.lease(for: claim.source.service)
            defer { withExtendedLifetime(lease) {} }
            let bytes = try await body.bytes(lease)
            let partial = try await take(bytes, encoding, gateway(), claim.origin, Self.batch(request))
            return .bytes(
                OTLP.encodeResponse(partial, for: signal, as: encoding), type: encoding.contentType)
        } catch {
            let problem = Problem(Self.readable(error))
            let message = problem.error.message + (problem.error.hint.map { " (\($0))" } ?? "")
            return .bytes(
                OTLP.encodeRefusal(code: Self.code(problem.status), message, as: encoding),
                type: encoding.contentType, problem.status
            ).refusing(problem)
        }
    }

    /// What names the body, so that it is kept once however often it comes; nil without it, and where it says nothing.
    private static func batch(_ request: APIRequest) -> BatchID? {
        HTTPField.Name(BatchID.headerName).flatMap { request.headers[$0] }.flatMap(BatchID.init(header:))
    }

    private func takeCalls(_ request: APIRequest, _ claim: WorkloadTokens.Claim) async throws -> Answer {
        guard claim.holder == .agent else {
            throw GantryError(
                .forbidden, "calls are counted by agents alone",
                hint: "send the spans to \(OTLP.Signal.traces.path): they are counted here")
        }
        do {
            let body = try SignalBody(request, encodings: [.json])
            let lease = ingest.lease(for: claim.source.service)
            defer { withExtendedLifetime(lease) {} }
            let bytes = try await body.bytes(lease)
            let windows = try Self.windows(bytes).map { $0.stamped(by: claim.source) }
            try await gateway().take(windows, bytes: bytes.count, from: claim.source)
            return .json([:])
        } catch {
            let problem = Problem(Self.readable(error))
            return .problem(problem).refusing(problem)
        }
    }

    private static func windows(_ bytes: [UInt8]) throws -> [CallWindow] {
        do { return try JSON.decode([CallWindow].self, from: bytes) } catch {
            throw RefusedSignals.unreadable(
                "the body is no list of windows of calls: \(JSON.describe(error))")
        }
    }

    private func gateway() throws(GantryError) -> Gateway {
        if let gateway = parts.intake?.gateway { return gateway }
        throw GantryError(.unavailable, "this server takes no signals")
    }

    private static func readable(_ error: any Error) -> any Error {
        guard let error = error as? OTLPError else { return error }
        if error.kind == .tooLarge { return RefusedBody(limit: OTLP.largestBody) }
        return RefusedSignals.unreadable(error.description)
    }

    /// What was left out or mended; nil when nothing was.
    private static func partial<Batch>(_ decoded: OTLP.Decoded<Batch>) -> OTLP.PartialSuccess? {
        var words: [String] = []
        if decoded.rejected > 0 {
            words.append(
                "\(decoded.rejected) were left out" + (decoded.firstRejection.map { ": \($0)" } ?? ""))
        }
        if decoded.repairedTexts > 0 {
            words.append("\(decoded.repairedTexts) texts were no UTF-8 and were mended")
        }
        guard !words.isEmpty else { return nil }
        return OTLP.PartialSuccess(
            rejected: Int64(decoded.rejected), message: words.joined(separator: "; "))
    }

    /// The code of gRPC that means the same.
    private static func code(_ status: HTTPResponse.Status) -> Int {
        switch status {
        case .contentTooLarge, .tooManyRequests: 8
        case .unsupportedMediaType: 12
        case .serviceUnavailable: 14
        case .gatewayTimeout: 4
        case .internalServerError: 13
        default: 3
        }
    }
}

extension WorkloadTokens.Claim {
    /// Whether the signals were masked and their calls counted before they came.
    fileprivate var origin: Gateway.Origin { holder == .agent ? .agent : .direct }
}

extension CallWindow {
    /// The window as its sender may send it: counted by that sender, and its own end of each call is that sender's.
    func stamped(by source: SignalSource) -> CallWindow {
        var window = self
        // A counter of somebody else's name would make their windows pass for repeats.
        window.counter = "agent/\(source.instance.path)"
        for at in window.calls.indices {
            switch window.calls[at].key.side {
            case .client: window.calls[at].key.caller = source.service.path
            case .server: window.calls[at].key.callee = source.service.path
            }
        }
        return window
    }
}

extension Answer {
    /// Says when to try again, where that helps, and to the log what went wrong.
    fileprivate func refusing(_ problem: Problem) -> Answer {
        var answer = self
        answer.cause = problem.cause
        guard problem.status == .tooManyRequests || problem.status == .serviceUnavailable else {
            return answer
        }
        // The gateway says it in its hint's last word: whoever reads the message gets to know it as well.
        let period = problem.error.hint?.split(separator: " ").last.flatMap { Period(String($0)) }
        let seconds = period.map { ($0.milliseconds + 999) / 1000 } ?? 0
        return answer.with(.retryAfter, "\(max(Int64(APILimits.retryAfterSeconds), seconds))")
    }
}
