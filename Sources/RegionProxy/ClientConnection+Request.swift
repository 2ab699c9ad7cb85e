import NIOCore

extension ClientConnection {
    /// Routes the parsed request and sets it on its way; its head is taken from the input.
    func begin(headLength: Int) throws(HTTPRefusal) {
        loop.counters.requests += 1
        exchange.reset()
        phase = .exchange
        exchange.method = request.method
        exchange.isIdempotent = request.isIdempotent
        exchange.isUpgrade = request.isUpgrade
        exchange.isHTTP10 = request.minorVersion == 0
        exchange.body = request.body
        exchange.sendsChunks = request.fields.chunked
        exchange.isRequestDone = exchange.body.isEnded
        exchange.keepsClient = request.keepsConnection && !loop.isDraining && !door.isClosing
        let client: ForwardedClient?
        do throws(HTTPRefusal) {
            (exchange.group, client) = try route(headLength)
        } catch {
            input.moveReaderIndex(forwardBy: headLength)
            return refuse(error.status, error.reason)
        }
        try input.withHead(headLength) { bytes throws(HTTPRefusal) in
            HeadEdit.writeRequest(
                request, bytes, client: client, requestID: loop.makeRequestID, to: &exchange.head)
        }
        input.moveReaderIndex(forwardBy: headLength)
        awaitProgress()
        attempt()
    }

    /// Finds the endpoints; at a front door also what to say of the client.
    private func route(_ headLength: Int) throws(HTTPRefusal) -> (EndpointGroup, ForwardedClient?) {
        switch door.target {
        case .service(let group): return (group, nil)
        case .front(let rules):
            let match = try input.withHead(headLength) { bytes throws(HTTPRefusal) in
                let path = UnsafeRawBufferPointer(rebasing: bytes[request.path])
                if RoutedPath.hasDotSegment(path) { throw HTTPRefusal(400, "a path with dot segments") }
                let authority = UnsafeRawBufferPointer(rebasing: bytes[request.authority ?? 0..<0])
                return rules.match(authority: authority, path: path)
            }
            switch match {
            case .found(let group): return (group, ForwardedClient(address: remoteAddress))
            case .unknownHost: throw HTTPRefusal(404, "no service is exposed under this host")
            case .unknownPath: throw HTTPRefusal(404, "no service is exposed under this path")
            }
        }
    }

    /// Renews the deadline of the side that is to move next.
    func awaitProgress() {
        deadline =
            loop.now
            + (exchange.isRequestDone && !exchange.hasHead
                ? loop.limits.responseHead : loop.limits.streamIdle)
    }

    /// Tries one endpoint: through an idle connection the first time, over a new one after a failure.
    func attempt() {
        guard let endpoint = exchange.group?.pick(avoiding: exchange.failed) else {
            return refuse(503, "no instance of the service is ready")
        }
        exchange.attempts += 1
        exchange.serial += 1
        exchange.endpoint = endpoint
        endpoint.outstanding += 1
        let longest = exchange.isIdempotent ? loop.limits.upstreamIdle : loop.limits.unrepeatableIdle
        if exchange.attempts == 1, let idle = endpoint.takeIdle(now: loop.now, longest: longest) {
            return attach(idle)
        }
        let serial = exchange.serial
        loop.connect(endpoint) { [self] result in connected(result, endpoint, serial) }
    }

    private func connected(
        _ result: Result<UpstreamConnection, any Error>, _ endpoint: Endpoint, _ serial: Int
    ) {
        let isWanted = phase == .exchange && exchange.serial == serial
        switch result {
        case .success(let connection):
            endpoint.accepted()
            connection.endpoint = endpoint
            if isWanted { attach(connection) } else { endpoint.park(connection, now: loop.now) }
        case .failure:
            endpoint.refused(.now(), loop.limits)
            if isWanted { retry(isSafe: true, "no instance of the service could be connected to") }
        }
    }

    /// Sends the head, and of the body what is there, over a connection.
    private func attach(_ connection: UpstreamConnection) {
        let (savedInput, savedBody) = (input, exchange.body)
        exchange.upstream = connection
        connection.client = self
        connection.setReading(context?.channel.isWritable ?? true)
        attaching {
            if let context = connection.context { connection.outlet.append(exchange.head, context) }
            sendBody()
            connection.flush()
        }
        guard phase == .exchange, exchange.upstream === connection else { return }
        if connection.isActive {
            pumpBody()
            return holdReads()
        }
        // The write failed at once. A small one fails whole, so that nothing of the request reached the endpoint.
        let size = exchange.head.readableBytes + savedInput.readableBytes - input.readableBytes
        let isUnsent = size <= ProxyLimits.gatherBytes
        (input, exchange.body) = (savedInput, savedBody)
        (exchange.hasSentBody, exchange.isRequestDone) = (false, savedBody.isEnded)
        detach(connection)
        retry(isSafe: isUnsent || exchange.isIdempotent, "the service closes its connections")
    }

    /// Sends on as long as the endpoint's socket takes it: a flush may have made room that nothing else tells of.
    func pumpBody() {
        guard !exchange.isRequestDone else { return }
        while let upstream = exchange.upstream, sendBody() {
            upstream.flush()
            guard !exchange.isRequestDone, upstream.isWritable, input.readableBytes > 0 else { return }
        }
    }

    /// Moves content from the client to the endpoint, as far as its socket takes it; the caller flushes.
    ///
    /// - Returns: whether anything was moved.
    @discardableResult
    func sendBody() -> Bool {
        guard let upstream = exchange.upstream, let context = upstream.context else { return false }
        var moved = false
        while !exchange.isRequestDone, upstream.isWritable {
            let step: BodyReader.Step
            do throws(HTTPRefusal) {
                step = try input.withHead(input.readableBytes) { bytes throws(HTTPRefusal) in
                    try exchange.body.step(bytes)
                }
            } catch {
                refuseBody(error)
                return false
            }
            switch step {
            case .more: return moved
            case .skip(let count): input.moveReaderIndex(forwardBy: count)
            case .data(let count):
                guard let slice = input.readSlice(length: count) else { return moved }
                exchange.hasSentBody = true
                if exchange.sendsChunks {
                    upstream.outlet.appendChunk(slice, context)
                } else {
                    upstream.outlet.append(slice, context)
                }
                awaitProgress()
            case .end: break
            }
            moved = true
            if exchange.body.isEnded {
                exchange.isRequestDone = true
                if exchange.sendsChunks { upstream.outlet.appendLastChunk() }
                awaitProgress()
            }
        }
        return moved
    }

    private func refuseBody(_ refusal: HTTPRefusal) {
        let begun = exchange.hasHead
        loseUpstream()
        exchange.keepsClient = false
        if begun { context?.close(promise: nil) } else { refuse(refusal.status, refusal.reason) }
    }

    /// The endpoint closed, or the connection to it broke.
    func upstreamEnded(_ connection: UpstreamConnection) {
        guard !isInAttach, exchange.upstream === connection, phase == .exchange else { return }
        if exchange.hasHead, exchange.response.endsWithConnection { return endOfStream() }
        detach(connection)
        guard !exchange.hasBegun else {
            loop.counters.failed += 1
            context?.close(promise: nil)
            return
        }
        retry(
            isSafe: exchange.isIdempotent && !exchange.hasSentBody && !exchange.isUpgrade,
            "the service closed the connection without a response")
    }

    func detach(_ connection: UpstreamConnection) {
        exchange.upstream = nil
        connection.client = nil
        exchange.failed = exchange.endpoint
        releaseEndpoint()
    }

    /// Lets go of the endpoint's connection in the middle of its work.
    func loseUpstream() {
        exchange.serial += 1
        guard let upstream = exchange.upstream else { return releaseEndpoint() }
        detach(upstream)
        upstream.close()
    }

    private func retry(isSafe: Bool, _ reason: String) {
        exchange.failed = exchange.endpoint ?? exchange.failed
        releaseEndpoint()
        guard isSafe, exchange.attempts < ProxyLimits.attempts else { return refuse(502, reason) }
        attempt()
    }
}
