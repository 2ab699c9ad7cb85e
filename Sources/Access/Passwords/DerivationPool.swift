import Foundation
import GantryBase
import Synchronization

/// Runs derivations of passwords on threads of their own, few at once.
///
/// Each takes a processor for a good part of a second and tens of megabytes, and everybody can ask for one: without a
/// bound, sign-ins would starve the rest of the server.
final class DerivationPool: Sendable {
    static let parallel = 2
    /// More than this many waiting take longer than a person waits.
    static let waiting = 32

    private struct State {
        var running = 0
        var queue: [CheckedContinuation<Bool, Never>] = []
    }
    private let state = Mutex(State())

    /// Of one process: the bound is on the machine's processors, not on who asks.
    static let shared = DerivationPool()

    /// - Throws: `.unavailable` when too many wait already, or what the work throws.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(GantryError) -> Value
    ) async throws -> Value {
        guard await enter() else {
            throw GantryError(
                .unavailable, "too many people sign in at this moment", hint: "try again in a few seconds")
        }
        defer { leave() }
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                do { continuation.resume(returning: try work()) } catch {
                    continuation.resume(throwing: error)
                }
            }
            thread.name = "password"
            thread.start()
        }
    }

    /// Waits for its turn; false when the queue is full.
    private func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.running < Self.parallel {
                    state.running += 1
                    return true
                }
                guard state.queue.count < Self.waiting else { return false }
                state.queue.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Hands the place on to who has waited longest.
    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard state.queue.isEmpty else { return state.queue.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }
}
