package import NIOCore

/// The bounds that the proxy keeps, each with its unit and why; a test may tighten some.
package struct ProxyLimits: Sendable {
    /// In bytes: request or status line and fields together. Bigger cookies than this are a mistake of the service.
    package static let headBytes = 64 << 10
    /// In bytes. What other servers take at most; longer addresses fail elsewhere.
    package static let requestLineBytes = 16 << 10
    /// Fields of one head; bounds the work of an edit.
    package static let fieldLines = 256
    /// In bytes: one chunk-size line with its extensions, which nobody uses.
    package static let chunkLineBytes = 256
    /// In bytes: all trailer fields of a body. They are dropped, so this only bounds the reading.
    package static let trailerBytes = 8 << 10
    /// In bytes: unread input kept per connection before its socket is no longer read.
    package static let heldInputBytes = 64 << 10
    /// In bytes: pieces up to this size are copied together so that they leave in one system call.
    package static let gatherBytes = 8 << 10
    /// Tries of one request, the first included: enough to pass two dead endpoints, few enough not to storm.
    package static let attempts = 3
    /// Idle connections kept per endpoint and event loop.
    package static let idlePerEndpoint = 64

    /// Client connections at once over all listeners; beyond it the answer is 503.
    package var clientConnections = 10_000
    /// Shorter than the keep-alive of common servers (Node and uvicorn 5 s), so that we are who closes.
    package var upstreamIdle = TimeAmount.seconds(4)
    /// A request that may not be repeated takes no pooled connection idle for longer, as that one may be closing.
    package var unrepeatableIdle = TimeAmount.seconds(1)
    /// Endpoints are in the same region: what takes longer is down.
    package var connect = TimeAmount.seconds(1)
    /// From the last byte of a request to the end of its response's head.
    package var responseHead = TimeAmount.seconds(60)
    /// Between two bytes of a body, either way: long enough for streams that send a comment now and then.
    package var streamIdle = TimeAmount.seconds(300)
    /// A client between two requests.
    package var clientIdle = TimeAmount.seconds(75)
    /// From the first byte of a request's head to its last.
    package var requestHead = TimeAmount.seconds(30)
    /// How long what a client still sends is swallowed after the last response, so that it can read that response.
    package var linger = TimeAmount.seconds(2)
    /// How long an idle client may stay when its listener goes: an active one sends its next request within it and
    /// is told to close by the response, which cannot cross with a request as closing at once can.
    package var idleDrain = TimeAmount.seconds(1)
    /// Bound of the whole drain after SIGTERM.
    package var drain = TimeAmount.seconds(10)
    /// First time without an endpoint that refused; doubles to `longestEjection`.
    package var firstEjection = TimeAmount.seconds(1)
    package var longestEjection = TimeAmount.seconds(10)

    /// Coarseness of all deadlines of connections.
    static let tick = TimeAmount.milliseconds(250)
    /// Pending connections that the kernel keeps; its own bound (net.core.somaxconn) may be lower.
    static let backlog = 4096

    package init() {}
}
