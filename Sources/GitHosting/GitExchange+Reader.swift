import GantryBase
import NIOCore
import Supervision

extension GitExchange {
    /// The reading end of an exchange, for one reader; dropped before the end, it says that nobody listens.
    final class Reader: Sendable {
        private let exchange: GitExchange

        init(_ exchange: GitExchange) { self.exchange = exchange }
        // Of no effect on an exchange that has ended.
        deinit { exchange.abandon() }

        /// Reads the head, and the first part of the body.
        ///
        /// A client that is still sending would be confused by an answer that begins before git has anything to say,
        /// so this waits for the first byte of the body; nil when the body is empty.
        func head() async throws -> (CGIHead, first: ByteBuffer?) {
            var bytes: [UInt8] = []
            while let buffer = try await exchange.output.read() {
                exchange.touch()
                bytes += buffer.readableBytesView
                guard let (head, length) = try CGIHead.parse(bytes) else { continue }
                if length < bytes.count { return (head, ByteBuffer(bytes: bytes[length...])) }
                return (head, try await next())
            }
            let (exit, reason) = await exchange.finish()
            if let reason { throw GantryError(.timeout, "git was ended: \(reason)") }
            let complaint = exchange.errorText.split(whereSeparator: \.isNewline).first.map(String.init)
            throw GantryError(
                .unavailable,
                "git gave no answer (exit \(exit?.exitCode.map(String.init) ?? "by a signal")): "
                    + (complaint ?? "no reason given"))
        }

        /// Reads the next part; nil when git has ended and the request has been read.
        ///
        /// - Throws: When the exchange was ended before git was done, so that a part is not taken for the whole.
        func next() async throws -> ByteBuffer? {
            if let buffer = try await exchange.output.read() {
                exchange.touch()
                return buffer
            }
            let (exit, reason) = await exchange.finish()
            if let reason { throw GantryError(.timeout, "git was ended: \(reason)") }
            guard exit?.signal == nil else { throw GantryError(.unavailable, "git was ended by a signal") }
            return nil
        }
    }
}
