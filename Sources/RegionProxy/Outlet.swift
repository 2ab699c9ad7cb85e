import NIOCore

/// Gathers what goes to one socket, so that a head and its small body leave in one system call.
struct Outlet {
    /// Written into by heads directly.
    var gathered = ByteBuffer()

    /// In bytes: a gathering buffer grown beyond this is given back rather than kept for the connection's life.
    private static let keptCapacity = 16 << 10
    private static let crlf = ByteBuffer(string: "\r\n")

    mutating func append(_ slice: ByteBuffer, _ context: ChannelHandlerContext) {
        if slice.readableBytes <= ProxyLimits.gatherBytes {
            gathered.writeImmutableBuffer(slice)
            if gathered.readableBytes > ProxyLimits.gatherBytes { spill(context) }
        } else {
            spill(context)
            context.write(NIOAny(slice), promise: nil)
        }
    }

    /// Appends content as one chunk.
    mutating func appendChunk(_ slice: ByteBuffer, _ context: ChannelHandlerContext) {
        gathered.writeString(String(slice.readableBytes, radix: 16))
        gathered.writeStaticString("\r\n")
        append(slice, context)
        append(Self.crlf, context)
    }

    mutating func appendLastChunk() { gathered.writeStaticString("0\r\n\r\n") }

    /// Hands over what was gathered, before a bigger piece or a flush.
    mutating func spill(_ context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return }
        let piece = gathered
        gathered = ByteBuffer()
        context.write(NIOAny(piece), promise: nil)
    }

    /// Takes what is to be written and flushed now; give the buffer back by `recycle` when that is done.
    mutating func take() -> ByteBuffer? {
        guard gathered.readableBytes > 0 else { return nil }
        let piece = gathered
        gathered = ByteBuffer()
        return piece
    }

    /// Keeps a written buffer's memory for the next time, when the socket has taken all of it.
    mutating func recycle(_ buffer: inout ByteBuffer) {
        guard gathered.readableBytes == 0, buffer.capacity <= Self.keptCapacity else { return }
        swap(&gathered, &buffer)
        buffer = ByteBuffer()
        gathered.clear()
    }
}

/// Holds back the reads of a channel, which is how backpressure travels from one socket to the other.
struct ReadGate {
    private var paused = false
    private var waiting = false

    /// - Returns: whether the read may go on now.
    mutating func pass() -> Bool {
        if paused { waiting = true }
        return !paused
    }

    /// - Returns: whether a read that waited is to be made now.
    mutating func set(paused: Bool) -> Bool {
        self.paused = paused
        guard !paused, waiting else { return false }
        waiting = false
        return true
    }
}
