import NIOCore

extension ClientConnection {
    /// Takes what an endpoint sent and passes it to the client.
    func received(from connection: UpstreamConnection) {
        exchange.hasBegun = true
        do throws(HTTPRefusal) {
            while exchange.upstream === connection, phase == .exchange {
                let went = exchange.hasHead ? try passBody(connection) : try passHead(connection)
                if !went { break }
            }
        } catch {
            upstreamErred(error)
        }
        if phase != .closed { flush() }
    }

    private func upstreamErred(_ refusal: HTTPRefusal) {
        let begun = exchange.hasHead
        loseUpstream()
        exchange.keepsClient = exchange.keepsClient && exchange.isRequestDone
        if begun {
            loop.counters.failed += 1
            context?.close(promise: nil)
        } else {
            refuse(502, "the service sent no well-formed response: \(refusal.reason)")
        }
    }

    /// - Returns: false when more bytes are needed.
    private func passHead(_ connection: UpstreamConnection) throws(HTTPRefusal) -> Bool {
        var scanner = HeadScanner()
        let length = try connection.input.withHead(connection.input.readableBytes) {
            bytes throws(HTTPRefusal) in try scanner.end(of: bytes)
        }
        guard let length else { return false }
        try connection.input.withHead(length) { bytes throws(HTTPRefusal) in try reply.parse(bytes) }
        if reply.status == 101 { return try switchProtocols(connection, length) }
        if reply.isInformational {
            try passInformational(connection, length)
        } else {
            try passFinal(connection, length)
        }
        return true
    }

    private func passInformational(_ connection: UpstreamConnection, _ length: Int) throws(HTTPRefusal) {
        if !exchange.isHTTP10 {
            try connection.input.withHead(length) { bytes throws(HTTPRefusal) in
                HeadEdit.writeResponse(
                    reply, bytes, chunked: false, keepsLength: false, connection: nil, to: &outlet.gathered)
            }
        }
        connection.input.moveReaderIndex(forwardBy: length)
        awaitProgress()
    }

    private func passFinal(_ connection: UpstreamConnection, _ length: Int) throws(HTTPRefusal) {
        exchange.hasHead = true
        exchange.response = reply.body(of: exchange.method)
        exchange.keepsUpstream = reply.keepsConnection && !exchange.response.endsWithConnection
        let hasBody = !exchange.response.isEnded
        let isUnmeasured = hasBody && reply.fields.contentLength == nil
        exchange.receivesChunks = isUnmeasured && !exchange.isHTTP10
        let endsByClose = isUnmeasured && exchange.isHTTP10
        exchange.keepsClient =
            exchange.keepsClient && !loop.isDraining && !door.isClosing && exchange.isRequestDone
            && !endsByClose
        let connectionField: StaticString? =
            exchange.keepsClient ? (exchange.isHTTP10 ? "keep-alive" : nil) : "close"
        try connection.input.withHead(length) { bytes throws(HTTPRefusal) in
            HeadEdit.writeResponse(
                reply, bytes, chunked: exchange.receivesChunks, keepsLength: reply.status != 204,
                connection: connectionField, to: &outlet.gathered)
        }
        connection.input.moveReaderIndex(forwardBy: length)
        awaitProgress()
    }

    /// - Returns: false when more bytes are needed or the response is complete.
    private func passBody(_ connection: UpstreamConnection) throws(HTTPRefusal) -> Bool {
        guard let context else { return false }
        if exchange.response.isEnded {
            endResponse(connection)
            return false
        }
        let step = try connection.input.withHead(connection.input.readableBytes) {
            bytes throws(HTTPRefusal) in try exchange.response.step(bytes)
        }
        switch step {
        case .more: return false
        case .skip(let count): connection.input.moveReaderIndex(forwardBy: count)
        case .data(let count):
            guard let slice = connection.input.readSlice(length: count) else { return false }
            if exchange.receivesChunks {
                outlet.appendChunk(slice, context)
            } else {
                outlet.append(slice, context)
            }
            awaitProgress()
        case .end: break
        }
        return true
    }

    /// The endpoint closed, which is how this response ends.
    func endOfStream() {
        guard let connection = exchange.upstream else { return }
        exchange.keepsUpstream = false
        endResponse(connection)
        if phase != .closed { flush() }
    }

    private func endResponse(_ connection: UpstreamConnection) {
        if exchange.receivesChunks { outlet.appendLastChunk() }
        exchange.upstream = nil
        connection.client = nil
        let isClean = connection.input.readableBytes == 0 && exchange.isRequestDone
        connection.input = ByteBuffer()
        connection.setReading(true)
        if exchange.keepsUpstream, isClean, let endpoint = exchange.endpoint {
            endpoint.park(connection, now: loop.now)
        } else {
            connection.close()
        }
        if !exchange.isRequestDone { exchange.keepsClient = false }
        finishExchange()
    }

    /// Makes a tunnel of both connections, when that is what the client asked for.
    private func switchProtocols(_ connection: UpstreamConnection, _ length: Int) throws(HTTPRefusal) -> Bool
    {
        guard exchange.isUpgrade, exchange.isRequestDone, let context,
            let upstreamContext = connection.context
        else { throw HTTPRefusal(502, "an upgrade that nobody asked for") }
        try connection.input.withHead(length) { bytes throws(HTTPRefusal) in
            HeadEdit.writeResponse(
                reply, bytes, chunked: false, keepsLength: false, connection: "upgrade", to: &outlet.gathered)
        }
        connection.input.moveReaderIndex(forwardBy: length)
        flush()
        guard phase == .exchange, exchange.upstream === connection else { return false }
        let (near, far) = (TunnelEnd(), TunnelEnd())
        do {
            for (channel, end) in [(context.channel, near), (upstreamContext.channel, far)] {
                try channel.pipeline.syncOperations.addHandler(end)
                try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            }
        } catch {
            throw HTTPRefusal(502, "the connection closed during its upgrade")
        }
        let (clientBytes, endpointBytes) = (input, connection.input)
        (input, connection.input) = (ByteBuffer(), ByteBuffer())
        phase = .tunnel
        connection.isTunnel = true
        connection.client = nil
        connection.setReading(true)
        holdReads()
        TunnelEnd.join(near, far)
        near.send(endpointBytes)
        far.send(clientBytes)
        return false
    }

    /// Answers for the endpoint with a problem document (RFC 9457).
    func refuse(_ status: Int, _ reason: String) {
        if status >= 502 && status != 505 { loop.counters.failed += 1 }
        if phase == .head || !exchange.isRequestDone { exchange.keepsClient = false }
        loseUpstream()
        phase = .exchange
        Problem(status: status, detail: reason).write(
            isHead: exchange.method == .head, keepsConnection: exchange.keepsClient,
            isHTTP10: exchange.isHTTP10, to: &outlet.gathered)
        flush()
        if phase != .closed { finishExchange() }
    }
}
