package import GantryBase
import Glibc
package import Model
import NIOCore
import Wire

/// What a repository's hook does: reads what git says of the push, asks the server, and prints its answer.
///
/// Runs in the process of `gantry hook`, inside git's quarantine: what was pushed can be read through the environment
/// that git gave, and is not in the repository yet. When the server cannot be asked, nothing is let in.
package struct HookClient: Sendable {
    /// For the server's answer; it validates and records, which takes milliseconds.
    package static let answerLimit = Period.seconds(60)
    /// The variables by which `GitBackend` tells the hook where to ask and for whom.
    package static let socketVariable = "GANTRY_HOOK_SOCKET"
    package static let userVariable = "GANTRY_PUSH_USER"
    package static let specificationPath = "service.yaml"

    let kind: HookKind
    let service: ServiceName
    let environment: [String: String]
    /// Where git started the hook; its paths are relative to this. Nil is where we are.
    let directory: String?
    let git: String

    /// Runs one hook to its end.
    ///
    /// - Parameters:
    ///   - standardInput: The descriptor from which git's lines `OLD NEW REF` come.
    ///   - environment: The whole environment that git gave.
    ///   - say: Gets each line for the pusher's terminal; by default it is written to standard error, which git
    ///     passes on.
    /// - Returns: The exit status: 0 lets the push in.
    package static func run(
        kind: HookKind, service: ServiceName, standardInput: Int32, environment: [String: String],
        directory: String? = nil, git: String = "/usr/bin/git",
        say: @Sendable (String) -> Void = HookClient.sayOnStandardError
    ) async -> Int32 {
        let client = HookClient(
            kind: kind, service: service, environment: environment, directory: directory, git: git)
        do {
            let reply = try await client.ask(standardInput)
            for line in reply.messages.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }
            ) {
                say(clean(line))
            }
            return reply.accepted || kind == .postReceive ? 0 : 1
        } catch {
            let error = error as? GantryError ?? GantryError(.internal, "\(error)")
            say(clean("gantry: \(client.consequence): \(error.message)"))
            if let hint = error.hint { say(clean("gantry: \(hint)")) }
            return 1
        }
    }

    package static func sayOnStandardError(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(2, bytes, bytes.count)
    }

    static func start(of kind: HookKind) -> String { "POST /hooks/\(kind.rawValue) HTTP/1.1" }

    private var consequence: String {
        switch kind {
        case .preReceive: "the push is refused"
        case .postReceive: "the push is in, and could not be told to the server, which will find it by itself"
        }
    }

    /// Keeps the sender of a message from moving the cursor on the pusher's terminal.
    private static func clean(_ line: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                line.unicodeScalars.map {
                    ObjectName.isControl($0) && $0 != "\t" ? "?" : $0
                }))
    }

    private func ask(_ standardInput: Int32) async throws -> HookReply {
        guard let socket = environment[Self.socketVariable], let user = environment[Self.userVariable] else {
            throw GantryError(
                .forbidden, "it did not come through the server",
                hint: "push to the server's address over HTTP")
        }
        let lines = try Self.lines(of: try Self.readInput(standardInput))
        let call = HookCall(
            kind: kind, service: service, user: UserName(user), updates: try await updates(from: lines))
        let body = try JSON.encode(call)
        guard body.count <= HookLimits.largestMessage else {
            throw GantryError(
                .limit,
                "what it changes takes \(body.count) bytes to tell; \(HookLimits.largestMessage) are allowed",
                hint: "push fewer branches at once")
        }
        return try await send(body, to: socket)
    }

    private func send(_ body: [UInt8], to socket: String) async throws -> HookReply {
        let deadline = ContinuousClock.now + Self.answerLimit.duration
        let answer: HookMessage
        do {
            let connection = try await UnixSocket.connect(socket, until: deadline)
            let message = HookMessage(start: Self.start(of: kind), body: body)
            _ = try await connection.write(message.bytes(), until: deadline)
            answer = try await HookMessage.read(from: connection, until: deadline)
        } catch {
            throw GantryError(
                .unavailable, "the server does not answer",
                hint: "it may be restarting; push again in a moment",
                cause: error)
        }
        guard let reply = try? JSON.decode(HookReply.self, from: answer.body) else {
            throw GantryError(
                .unavailable, "the server's answer cannot be read: \(ObjectName.printable(answer.start))")
        }
        return reply
    }
}
