import Synchronization
import Wire

/// A request of an SDK whose body has come.
struct ReceivedRequest: Sendable {
    var signal: OTLP.Signal
    var encoding: OTLP.Encoding
    var isPacked: Bool
    var body: [UInt8]
    /// Called once, from any thread.
    var answer: @Sendable (ReceiverAnswer) -> Void
}

/// Requests between the event loop, which bounds their bytes, and the thread that takes them.
final class RequestQueue: Sendable {
    private struct State {
        var waiting: [ReceivedRequest] = []
        var isClosed = false
    }
    private let state = Mutex(State())
    private let bell: Bell

    init(bell: Bell) { self.bell = bell }

    /// Whether it was taken.
    func add(_ request: ReceivedRequest) -> Bool {
        let added = state.withLock { state in
            if state.isClosed { return false }
            state.waiting.append(request)
            return true
        }
        if added { bell.ring() }
        return added
    }

    func take(_ most: Int) -> [ReceivedRequest] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(taken.count)
            if state.waiting.isEmpty { state.waiting = [] }
            return taken
        }
    }

    func close() { state.withLock { $0.isClosed = true } }
}
