import GantryBase
import Glibc
import NIOCore
import Wire

/// Answers the hooks of all repositories at a Unix socket.
///
/// Only the transport: what a push may do is the handler's to say. The socket belongs to our user alone, and so do the
/// processes of git, so what a call says of service and user is what `GitBackend` put there.
package struct HookServer: Sendable {
    /// For the whole of a call to come in; the hook has it ready before it connects.
    static let readLimit = Period.seconds(10)
    static let backlog: Int32 = 128

    private let path: String
    private let listener: Descriptor

    /// Makes the socket; hooks can connect from now on and are answered once `run` is called.
    ///
    /// - Throws: `.conflict` when a server listens there, `.invalid` for a path that is too long for a socket.
    package init(socket path: String) throws {
        self.path = path
        listener = try UnixSocket.listen(path, backlog: Self.backlog)
    }

    /// Answers until the task is cancelled, and removes the socket then.
    ///
    /// - Parameter handler: Called for one push at a time each, for several pushes at once. It should answer within
    ///   `HookClient.answerLimit`.
    package func run(handler: @escaping @Sendable (HookCall) async -> HookReply) async {
        await withDiscardingTaskGroup { group in
            let slots = Slots(HookLimits.mostConnections)
            while !Task.isCancelled {
                guard let connection = await accept() else { continue }
                // Closed by being dropped: the hook says so to its pusher.
                guard slots.take() else { continue }
                group.addTask {
                    defer { slots.give() }
                    await Self.serve(connection, handler)
                }
            }
            group.cancelAll()
        }
        listener.close()
        unlink(path)
    }

    private func accept() async -> Descriptor? {
        do {
            return try await listener.accept()
        } catch {
            // Out of descriptors, most likely: others end and give some back.
            try? await Task.sleep(for: .milliseconds(100))
            return nil
        }
    }

    private static func serve(
        _ connection: Descriptor, _ handler: @Sendable (HookCall) async -> HookReply
    ) async {
        let (status, reply) = await answer(connection, handler)
        guard let body = try? JSON.encode(reply) else { return }
        let message = HookMessage(start: "HTTP/1.1 \(status)", body: body)
        // A hook that is gone has nobody to tell.
        _ = try? await connection.write(message.bytes(), until: .now + readLimit.duration)
    }

    private static func answer(
        _ connection: Descriptor, _ handler: @Sendable (HookCall) async -> HookReply
    ) async -> (status: String, HookReply) {
        do {
            let message = try await HookMessage.read(from: connection, until: .now + readLimit.duration)
            guard let kind = HookKind.allCases.first(where: { message.start == HookClient.start(of: $0) })
            else {
                return (
                    "404 Not Found", HookReply(accepted: false, messages: ["the server knows no such hook"])
                )
            }
            let call = try JSON.decode(HookCall.self, from: message.body)
            guard call.kind == kind else {
                throw GantryError(.invalid, "the call is of another kind than its path")
            }
            return ("200 OK", await handler(call))
        } catch {
            let reply = HookReply(
                accepted: false, messages: ["the hook's call was not understood: \(JSON.describe(error))"])
            return ("400 Bad Request", reply)
        }
    }
}

extension Descriptor {
    /// Takes the next connection of a listening socket.
    func accept() async throws -> Descriptor {
        while true {
            let got = acceptNow()
            if got >= 0 { return Descriptor(got) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: try await waitUntilReadable()
            default: throw Self.error("cannot accept a connection", errno)
            }
        }
    }
}
