import NIOCore
import Synchronization

/// Lets several tasks write one answer: each waits until its piece is on the wire.
///
/// The pieces are taken by one task with `next`, which must not be called twice at once. After `close` nothing more is
/// taken in, whoever waits is let go, and `next` gives nil.
final class Outlet: Sendable {
    struct Piece: Sendable {
        let buffer: ByteBuffer
        fileprivate let continuation: CheckedContinuation<Void, any Error>
        func written(_ result: Result<Void, any Error>) { continuation.resume(with: result) }
    }

    private struct State {
        var waiting: [Piece] = []
        var reader: CheckedContinuation<Piece?, Never>?
        var result: Result<Void, any Error>?
    }
    private let state = Mutex(State())

    /// How it was closed first.
    var result: Result<Void, any Error> { state.withLock { $0.result ?? .success(()) } }

    func send(_ buffer: ByteBuffer) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let piece = Piece(buffer: buffer, continuation: continuation)
            let (isClosed, reader) = state.withLock { state -> (Bool, CheckedContinuation<Piece?, Never>?) in
                guard state.result == nil else { return (true, nil) }
                defer { state.reader = nil }
                if state.reader == nil { state.waiting.append(piece) }
                return (false, state.reader)
            }
            reader?.resume(returning: piece)
            if isClosed { piece.written(.failure(CancellationError())) }
        }
    }

    func next() async -> Piece? {
        await withCheckedContinuation { continuation in
            let ready: Piece?? = state.withLock { state in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                if state.result != nil { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// The first call counts.
    func close(_ result: Result<Void, any Error>) {
        let (reader, left) = state.withLock { state -> (CheckedContinuation<Piece?, Never>?, [Piece]) in
            guard state.result == nil else { return (nil, []) }
            state.result = result
            defer { (state.reader, state.waiting) = (nil, []) }
            return (state.reader, state.waiting)
        }
        reader?.resume(returning: nil)
        for piece in left { piece.written(.failure(CancellationError())) }
    }
}
