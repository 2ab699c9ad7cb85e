import GantryBase
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// Reads the body of a request once, and knows whether its end was reached.
final class RequestBodyReader: Sendable {
    let source: RequestBody
    /// What the client says; it may lie.
    let declaredLength: Int64?
    private let isChunked: Bool
    private let ended = Atomic(false)
    private let abandoned = Atomic(false)
    /// What `all` has read, for whoever asks again.
    private let known = Mutex<[UInt8]?>(nil)

    init(_ source: RequestBody, declaredLength: Int64?, isChunked: Bool) {
        (self.source, self.declaredLength, self.isChunked) = (source, declaredLength, isChunked)
    }

    /// Whether so much may still come that it is not worth reading only to use the connection again.
    var hasMuchLeft: Bool {
        guard !ended.load(ordering: .acquiring) else { return false }
        // Once reading has been given up the connection delivers nothing more.
        return abandoned.load(ordering: .acquiring) || isChunked
            || (declaredLength ?? 0) > APILimits.smallBodyBytes
    }

    /// Hands the body over, for whoever reads it piece by piece.
    func stream() -> Stream { Stream(reader: self) }

    /// Reads to the end, and no further than the limit, whatever length the client has claimed. May be called again.
    ///
    /// - Parameter taking: is told of each piece before it is kept, and may refuse it.
    func all(
        limit: Int, within period: Period, taking: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) async throws -> [UInt8] {
        if let known = known.withLock({ $0 }) { return known }
        let bytes = try await read(limit: limit, within: period, taking: taking)
        known.withLock { $0 = bytes }
        return bytes
    }

    private func read(
        limit: Int, within period: Period, taking: @escaping @Sendable (Int) throws -> Void
    ) async throws -> [UInt8] {
        if let declaredLength, declaredLength > Int64(limit) { throw RefusedBody(limit: limit) }
        let stream = stream()
        defer { if !ended.load(ordering: .acquiring) { abandoned.store(true, ordering: .releasing) } }
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await buffer in stream {
                    guard bytes.count + buffer.readableBytes <= limit else {
                        throw RefusedBody(limit: limit)
                    }
                    try taking(buffer.readableBytes)
                    bytes += buffer.readableBytesView
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: period.duration)
                throw GantryError(
                    .timeout, "the body did not come in full within \(period)", hint: "send it faster")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// The body piece by piece; throws when the client goes away before its end.
    struct Stream: AsyncSequence, Sendable {
        let reader: RequestBodyReader

        struct AsyncIterator: AsyncIteratorProtocol {
            let reader: RequestBodyReader
            var source: RequestBody.AsyncIterator
            var count: Int64 = 0

            mutating func next() async throws -> ByteBuffer? {
                guard let buffer = try await source.next() else {
                    if let length = reader.declaredLength, count < length {
                        throw GantryError(
                            .invalid, "the body ended after \(count) of \(length) bytes",
                            hint: "send it again")
                    }
                    reader.ended.store(true, ordering: .releasing)
                    return nil
                }
                count += Int64(buffer.readableBytes)
                return buffer
            }
        }

        func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(reader: reader, source: reader.source.makeAsyncIterator())
        }
    }
}
