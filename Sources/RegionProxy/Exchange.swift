import NIOCore

/// One request under way and the response to it, on a client's connection.
struct Exchange {
    var group: EndpointGroup?
    var endpoint: Endpoint?
    var upstream: UpstreamConnection?
    /// The one that failed this request last.
    var failed: Endpoint?
    /// Tells a connect that is still wanted from one that comes too late.
    var serial = 0
    var attempts = 0

    /// What the endpoint gets; kept until the response begins, for another attempt.
    var head = ByteBuffer()
    var method = RequestHead.Method.other
    var isIdempotent = false
    var isUpgrade = false
    var isHTTP10 = false
    var body = BodyReader.none
    var sendsChunks = false
    var isRequestDone = true
    /// Content left for an endpoint: the request cannot be repeated from the start.
    var hasSentBody = false

    /// A byte of the response came.
    var hasBegun = false
    var hasHead = false
    var response = BodyReader.none
    var receivesChunks = false
    var keepsUpstream = false
    var keepsClient = true

    /// Begins the next one in place; the head's memory is kept.
    mutating func reset() {
        var head = self.head
        if head.capacity > ProxyLimits.gatherBytes { head = ByteBuffer() } else { head.clear() }
        self.head = ByteBuffer()
        self = Exchange(serial: serial + 1, head: head)
    }

    init(serial: Int = 0, head: ByteBuffer = ByteBuffer()) {
        self.serial = serial
        self.head = head
    }
}
