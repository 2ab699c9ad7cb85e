import GantryBase
import Synchronization

/// A port that is known once the server listens on it, for whoever waits.
final class BoundPort: Sendable {
    private enum State {
        case waited([CheckedContinuation<Int, any Error>])
        case bound(Int)
        case failed(GantryError)
    }
    private let state = Mutex(State.waited([]))

    /// Waits until it is known, or it is known that it will not be.
    func wait() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<Int, any Error>? = state.withLock { state in
                switch state {
                case .waited(let others):
                    state = .waited(others + [continuation])
                    return nil
                case .bound(let port): return .success(port)
                case .failed(let error): return .failure(error)
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    func settle(_ result: Result<Int, GantryError>) {
        let waiting = state.withLock { state in
            defer {
                switch result {
                case .success(let port): state = .bound(port)
                case .failure(let error): state = .failed(error)
                }
            }
            if case .waited(let continuations) = state { return continuations }
            return []
        }
        for continuation in waiting { continuation.resume(with: result.mapError { $0 as any Error }) }
    }
}
