/// Tells content from framing in the body of a message. Pure: it is shown unread bytes and says what the next of
/// them are; the caller moves on and asks again.
///
/// Chunk extensions and trailers are dropped: the proxy frames anew what it sends, so that no reading of them can
/// differ between it and the endpoint.
package struct BodyReader: Equatable {
    package enum Step: Equatable {
        /// The next bytes are content.
        case data(Int)
        /// The next bytes are framing.
        case skip(Int)
        /// More bytes are needed to tell.
        case more
        case end
    }

    private enum State: Equatable {
        case ended, length(Int), untilClose, chunkSize, chunkData(Int), chunkEnd, trailers(Int)
    }
    private var state: State

    package static let none = BodyReader(state: .ended)
    package static let untilClose = BodyReader(state: .untilClose)
    package static let chunked = BodyReader(state: .chunkSize)
    package static func length(_ count: Int) -> BodyReader { BodyReader(state: .length(count)) }

    package var isEnded: Bool { state == .ended || state == .length(0) }
    package var endsWithConnection: Bool { state == .untilClose }

    package mutating func step(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Step {
        switch state {
        case .ended, .length(0): return .end
        case .untilClose: return bytes.isEmpty ? .more : .data(bytes.count)
        case .length(let left):
            guard !bytes.isEmpty else { return .more }
            let count = min(left, bytes.count)
            state = .length(left - count)
            return .data(count)
        case .chunkData(let left):
            guard !bytes.isEmpty else { return .more }
            let count = min(left, bytes.count)
            state = count == left ? .chunkEnd : .chunkData(left - count)
            return .data(count)
        case .chunkEnd:
            guard bytes.isEmpty || bytes[0] == ASCII.cr, bytes.count < 2 || bytes[1] == ASCII.lf else {
                throw HTTPRefusal(400, "a chunk longer than its size")
            }
            guard bytes.count >= 2 else { return .more }
            state = .chunkSize
            return .skip(2)
        case .chunkSize: return try size(bytes)
        case .trailers(let seen): return try trailer(bytes, seen: seen)
        }
    }

    private mutating func size(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Step {
        var at = 0
        var size = 0
        while at < bytes.count, let digit = ASCII.hexDigit(bytes[at]) {
            guard at < 15 else { throw HTTPRefusal(400, "a chunk size that is too large") }
            size = size << 4 | digit
            at += 1
        }
        guard at < bytes.count else { return .more }
        guard at > 0, bytes[at] == ASCII.cr || bytes[at] == ASCII.semicolon else {
            throw HTTPRefusal(400, "a chunk without a well-formed size")
        }
        while at < bytes.count, bytes[at] != ASCII.cr {
            guard !ASCII.isControl(bytes[at]), at < ProxyLimits.chunkLineBytes else {
                throw HTTPRefusal(400, "a chunk extension that is not well-formed or too long")
            }
            at += 1
        }
        guard at + 1 < bytes.count else { return .more }
        guard bytes[at + 1] == ASCII.lf else { throw HTTPRefusal(400, "a chunk size line without CRLF") }
        state = size == 0 ? .trailers(0) : .chunkData(size)
        return .skip(at + 2)
    }

    private mutating func trailer(_ bytes: UnsafeRawBufferPointer, seen: Int) throws(HTTPRefusal) -> Step {
        guard let lf = bytes.index(of: ASCII.lf, from: 0) else {
            guard seen + bytes.count < ProxyLimits.trailerBytes else { throw Self.longTrailers }
            return .more
        }
        guard lf > 0, bytes[lf - 1] == ASCII.cr else { throw HTTPRefusal(400, "a trailer without CRLF") }
        guard seen + lf < ProxyLimits.trailerBytes else { throw Self.longTrailers }
        state = lf == 1 ? .ended : .trailers(seen + lf + 1)
        return .skip(lf + 1)
    }

    private static var longTrailers: HTTPRefusal {
        HTTPRefusal(431, "trailers of more than \(ProxyLimits.trailerBytes) bytes")
    }
}
