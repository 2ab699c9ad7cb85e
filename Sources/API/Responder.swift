import Access
import GantryBase
import GitHosting
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore

/// The connection that a request came over.
struct Connection: InitializableFromSource {
    let channel: any Channel
    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Takes every request from its head to its answer: limits, route, identity, errors, log.
struct Responder: HTTPResponder {
    typealias Context = Connection

    let table: RouteTable
    let authentication: Authentication
    let desk: PageDesk
    let conduct: Conduct
    let limits: APILimits
    let seats: Seats
    let observers: Observers
    let logger: Logger
    /// Whether the connections are; browsers are then told never to come without.
    var isEncrypted = false
    /// Whether nothing is answered but the addresses at which agents bring signals.
    var takesOnlySignals = false
    private static let signalPaths: Set = ["traces", "logs", "metrics", "calls"]

    func respond(to request: Request, context: Connection) async throws -> Response {
        let seat = seats.take()
        let from = context.channel.remoteAddress?.ipAddress ?? "unknown"
        let passage = Passage(
            method: request.method.rawValue, target: request.head.path ?? "", headers: request.headers,
            from: from, seat: seat, observers: observers, logger: logger)
        let reader = RequestBodyReader(
            request.body, declaredLength: request.headers[.contentLength].flatMap { Int64($0) },
            isChunked: request.headers[.transferEncoding] != nil)
        var answer: Answer
        let challenge: Challenge = (request.head.path ?? "").hasPrefix("/git/") ? .basic : .bearer
        do {
            guard seat != nil else {
                throw GantryError(
                    .unavailable, "\(seats.limit) requests are under way, which is the limit",
                    hint: "try again in a moment")
            }
            answer = try await self.answer(request, reader, from, challenge, passage)
        } catch {
            answer = refusal(error, challenge, passage)
        }
        return response(answer, to: request, reader, context.channel, passage)
    }

    private func answer(
        _ request: Request, _ reader: RequestBodyReader, _ from: String, _ challenge: Challenge,
        _ passage: Passage
    ) async throws -> Answer {
        let target = try RequestTarget(request.head.path ?? "", limit: limits.targetBytes)
        let request = APIRequest(
            id: passage.id, method: request.method, target: target, headers: request.headers,
            authority: request.head.authority, body: reader,
            from: from, limits: limits)
        let words = target.segments
        guard
            !takesOnlySignals
                || (request.method == .post && words.count == 2 && words[0] == "v1"
                    && Self.signalPaths.contains(words[1]))
        else { throw GantryError(.notFound, "nothing but signals is taken here") }
        switch table.find(request.method, target.segments) {
        case .nothing:
            if request.method == .get, request.headers[.accept]?.contains("text/html") == true {
                return desk.nothing(at: request, passage)
            }
            throw GantryError(
                .notFound, "there is nothing at this address", hint: "docs/api.md lists what there is")
        case .wrongMethod(let allowed):
            let error = GantryError(
                .unsupported, "\(request.method.rawValue) is not answered here",
                hint: "use \(allowed.joined(separator: " or "))")
            var problem = Problem(error)
            problem.status = .methodNotAllowed
            passage.note { $0.status = problem.status.code }
            return Answer.problem(problem).with(.allow, allowed.joined(separator: ", "))
        case .route(let route, let parameters):
            passage.note { $0.found(route) }
            switch route.handler {
            case .open(let handler): return try await handler(request)
            case .workload(let handler):
                let claim = try await authentication.claim(of: request)
                passage.note { $0.user = claim.source.instance.path }
                let answer = try await handler(request, claim)
                passage.note { $0.cause = answer.cause }
                return answer
            case .page(let handler): return await desk.answer(handler, request, parameters, passage)
            case .signedIn(let handler):
                let identity = try await authentication.identity(of: request, challenge: challenge)
                passage.note { $0.user = identity.user.text }
                let call = Call(
                    request: request, parameters: parameters, identity: identity,
                    identityNow: { [authentication] in
                        try await authentication.identity(of: request, challenge: challenge)
                    })
                return try await conduct.answer(call, route.operation, handler)
            }
        }
    }

    private func refusal(_ error: any Error, _ challenge: Challenge, _ passage: Passage) -> Answer {
        let problem = Problem(error)
        passage.note { $0.cause = problem.cause }
        // Git shows its user a plain text and nothing else.
        var answer =
            challenge == .basic
            ? Answer.text(
                problem.error.message + (problem.error.hint.map { "\n\($0)" } ?? "") + "\n", problem.status)
            : Answer.problem(problem)
        if problem.status == .unauthorized { answer.headers[.wwwAuthenticate] = challenge.header }
        if problem.status == .serviceUnavailable {
            answer.headers[.retryAfter] = "\(APILimits.retryAfterSeconds)"
        }
        return answer
    }

    private func response(
        _ answer: Answer, to request: Request, _ reader: RequestBodyReader, _ channel: any Channel,
        _ passage: Passage
    ) -> Response {
        passage.note { $0.status = answer.status.code }
        var headers = answer.headers
        headers[.requestID] = passage.id
        headers[.xContentTypeOptions] = "nosniff"
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if headers[.referrerPolicy] == nil { headers[.referrerPolicy] = "no-referrer" }
        if isEncrypted { headers[.strictTransportSecurity] = Self.strictTransport }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if request.method == .head {
            if case .bytes(let buffer) = answer.body { headers[.contentLength] = "\(buffer.readableBytes)" }
            return Response(status: answer.status, headers: headers)
        }
        let writing = AnswerWriting(
            request: request.body, reader: reader, channel: channel, passage: passage,
            limits: limits)
        return writing.response(answer, headers)
    }
}

extension Responder {
    /// Half a year, in seconds: long enough to count, and a machine that goes back to plain HTTP is reached again.
    static let strictTransport = "max-age=15552000"
}

extension HTTPField.Name {
    static let requestID = constant("X-Request-Id")
    static let referrerPolicy = constant("Referrer-Policy")
    static let gitProtocol = constant("Git-Protocol")

    /// For names that are written here: a name that is none would be seen at the first request of any test.
    private static func constant(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .server
    }
}
