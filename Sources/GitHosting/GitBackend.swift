package import GantryBase
package import Model
import NIOCore
package import Supervision

/// What came of one exchange with a git client, for the log.
package struct GitReport: Sendable {
    package var service: ServiceName
    package var user: UserName
    package var suffix: String
    package var exit: ProcessExit
    /// Bytes of the request's body that git took.
    package var received: Int64
    /// What git complained of; empty most of the time, and cut at 16 KiB.
    package var errorText: String
    /// Why Gantry ended it, when it did.
    package var endedBecause: String?
}

/// Git's smart HTTP protocol, versions 0 to 2, by git's own `http-backend`: one process for each request.
///
/// Knows nothing of tokens and rights: ask `GitRequest.wantsToPush` before. Bodies stream both ways at once, 64 KiB at
/// a time.
package final class GitBackend: Sendable {
    /// Each costs up to four processes of git and their memory.
    package static let mostExchanges = 32
    /// For the largest repository over a slow line.
    package static let exchangeLimit = Period.minutes(60)
    /// Without a byte in either direction. Git itself sends a sign of life every 5 s while it works.
    package static let idleLimit = Period.minutes(5)
    /// What a client is told to wait when all are taken.
    static let retryAfterSeconds = 5

    let repositories: GitRepositories
    let limits: Limits
    private let slots: Slots
    private let report: @Sendable (GitReport) -> Void

    package struct Limits: Sendable {
        package var exchanges = GitBackend.mostExchanges
        package var time = GitBackend.exchangeLimit
        package var idle = GitBackend.idleLimit
        package init() {}
    }

    /// - Parameter report: Called once for every exchange when its process has ended.
    package init(
        repositories: GitRepositories, limits: Limits = Limits(),
        report: @escaping @Sendable (GitReport) -> Void = { _ in }
    ) {
        (self.repositories, self.limits, self.report) = (repositories, limits, report)
        slots = Slots(limits.exchanges)
    }

    enum Action: String, CaseIterable {
        case upload = "git-upload-pack"
        case receive = "git-receive-pack"

        var suffix: String { rawValue }

        /// The one that the query of `info/refs` asks for; without it a client wants the dumb protocol.
        static func advertised(by query: String) -> Action? {
            allCases.first { query == "service=\($0.rawValue)" }
        }
    }

    /// Answers one request; what the client did wrong is an answer with a line of text, which git shows to its user.
    ///
    /// Returns when git has begun to answer. Cancelled, it ends the process as if the client had gone.
    ///
    /// - Throws: When git cannot be started or fails before it answers.
    package func handle(_ request: GitRequest) async throws -> GitResponse {
        if let refusal = refuse(request) { return refusal }
        guard slots.take() else {
            var busy = Self.text(
                503, "\(limits.exchanges) git clients are served at once; try again in a moment")
            busy.headers.append(("Retry-After", "\(Self.retryAfterSeconds)"))
            return busy
        }
        let exchange: GitExchange
        do {
            exchange = try GitExchange(
                request, environment: try environment(for: request), git: repositories.git, limits: limits
            ) { [slots, report] in
                slots.give()
                report($0)
            }
        } catch {
            slots.give()
            throw error
        }
        let reader = exchange.start(request.body)
        return try await withTaskCancellationHandler {
            var (head, first) = try await reader.head()
            if request.suffix == Action.receive.suffix, exchange.received >= repositories.largestPush.bytes {
                first = tooLarge(first)
            }
            return GitResponse(
                status: head.status, headers: head.fields, body: GitBody(source: .git(reader, first: first)))
        } onCancel: {
            exchange.abandon()
        }
    }

    /// Puts the limit and the way round it before git's own answer, which names neither.
    ///
    /// A packet of git's protocol: four hexadecimal digits of its whole length, the band of messages to people, text.
    private func tooLarge(_ answer: ByteBuffer?) -> ByteBuffer {
        let text = """
            a push holds at most \(repositories.largestPush.bytes >> 20) MiB; keep large files out of the repository, \
            or push its history in parts: git push origin COMMIT:refs/heads/BRANCH

            """
        let length = String(4 + 1 + text.utf8.count, radix: 16)
        var packet = ByteBuffer(
            string: String(repeating: "0", count: 4 - length.count) + length + "\u{2}" + text)
        if var answer { packet.writeBuffer(&answer) }
        return packet
    }

    private func refuse(_ request: GitRequest) -> GitResponse? {
        let isInfo = request.suffix == "info/refs"
        guard isInfo ? Action.advertised(by: request.query) != nil : Action(rawValue: request.suffix) != nil
        else {
            return Self.text(
                404, "this server speaks git's smart HTTP protocol only; there is nothing else at this path")
        }
        let method = isInfo ? "GET" : "POST"
        guard request.method == method else {
            var answer = Self.text(405, "\(request.suffix) is asked with \(method)")
            answer.headers.append(("Allow", method))
            return answer
        }
        if let encoding = request.contentEncoding,
            !["gzip", "x-gzip", "identity"].contains(encoding.lowercased())
        {
            return Self.text(415, "a body can be sent as it is or with gzip")
        }
        guard (try? repositories.exists(request.service)) == true else {
            let name = ObjectName.printable(request.service.path)
            return Self.text(404, "there is no repository \(name); `gantry get services` lists them")
        }
        return nil
    }

    static func text(_ status: Int, _ line: String) -> GitResponse {
        GitResponse(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-cache")],
            body: GitBody(source: .text(ByteBuffer(string: line + "\n"))))
    }

    /// The meta-variables of CGI, and what the hooks need to find the server.
    private func environment(for request: GitRequest) throws -> [String: String] {
        var environment = GitCommand.environment(repository: try repositories.path(of: request.service))
        environment["GATEWAY_INTERFACE"] = "CGI/1.1"
        environment["SERVER_PROTOCOL"] = "HTTP/1.1"
        environment["REQUEST_METHOD"] = request.method
        environment["GIT_PROJECT_ROOT"] = repositories.root
        environment["GIT_HTTP_EXPORT_ALL"] = "1"
        environment["PATH_INFO"] = "/\(try request.service.folder())/\(request.suffix)"
        environment["QUERY_STRING"] = request.suffix == "info/refs" ? request.query : ""
        environment["REMOTE_USER"] = request.user.text
        environment["REMOTE_ADDR"] = "gantry"
        environment[HookClient.socketVariable] = repositories.hookSocket
        environment[HookClient.userVariable] = request.user.text
        if let length = request.contentLength, length >= 0 { environment["CONTENT_LENGTH"] = "\(length)" }
        if let type = request.contentType { environment["CONTENT_TYPE"] = ObjectName.printable(type) }
        if let encoding = request.contentEncoding, encoding.lowercased() != "identity" {
            environment["HTTP_CONTENT_ENCODING"] = "gzip"
        }
        if let version = request.gitProtocol { environment["GIT_PROTOCOL"] = ObjectName.printable(version) }
        return environment
    }
}
