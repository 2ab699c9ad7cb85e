import GantryBase
import Model
import Wire

/// Why a request was not taken.
private struct Refusal: Error {
    var status: Int
    var message: String
    var retryAfter: Int?
}

extension IntakeState {
    /// Does everything with a request but the flush: its records are appended to the spools when this returns 200.
    mutating func take(_ request: ReceivedRequest) -> ReceiverAnswer {
        do throws(Refusal) {
            let body = try unpacked(request)
            let partial =
                switch request.signal {
                case .traces: try takeTraces(body, request.encoding)
                case .logs: try takeLogs(body, request.encoding)
                case .metrics: try takeMetrics(body, request.encoding)
                }
            return .taken(partial, request.signal, request.encoding)
        } catch {
            return .refused(error.status, error.message, request.encoding, retryAfter: error.retryAfter)
        }
    }

    private mutating func unpacked(_ request: ReceivedRequest) throws(Refusal) -> [UInt8] {
        var body = request.body
        if request.isPacked {
            do throws(Gzip.Failure) {
                body = try Gzip.unpack(request.body, limit: OTLP.largestBody)
            } catch {
                switch error {
                case .tooLarge(let limit):
                    throw Refusal(
                        status: 413,
                        message: "the body unpacks to more than \(limit) bytes; send smaller batches")
                case .truncated: throw Refusal(status: 400, message: "the gzip body ends too early")
                case .damaged: throw Refusal(status: 400, message: "the body is not gzip, or damaged")
                }
            }
        }
        guard bodies.take(body.count, now: .now) else {
            throw Refusal(
                status: 429,
                message: "the service sends more than \(limits.bodyBytesPerSecond) bytes of OTLP in a second",
                retryAfter: 1)
        }
        return body
    }

    private mutating func takeTraces(
        _ body: [UInt8], _ encoding: OTLP.Encoding
    ) throws(Refusal) -> OTLP.PartialSuccess? {
        var decoded = try read { () throws(OTLPError) in try OTLP.decodeTraces(body, as: encoding) }
        masking.mask(&decoded.batch)
        var calls = 0
        let now = time.now()
        for group in decoded.batch.groups {
            for scope in group.scopes {
                for span in scope.records {
                    guard let call = ObservedCall(span, of: name.workload.service, peers: peers) else {
                        continue
                    }
                    calls += 1
                    counter.count(call, now: now)
                }
            }
        }
        let windows = calls == 0 ? [] : counter.takeWindows(now: now, all: true)
        let pieces = BatchPieces(decoded.batch)
        try store(pieces, try CallPieces.make(windows))
        let spans = decoded.batch.recordCount - pieces.oversize
        tally.add {
            $0.spans += spans; $0.calls += calls
        }
        return partial(decoded.rejected, decoded.firstRejection, pieces.oversize)
    }

    private mutating func takeLogs(
        _ body: [UInt8], _ encoding: OTLP.Encoding
    ) throws(Refusal) -> OTLP.PartialSuccess? {
        var decoded = try read { () throws(OTLPError) in try OTLP.decodeLogs(body, as: encoding) }
        masking.mask(&decoded.batch)
        let pieces = BatchPieces(decoded.batch)
        try store(pieces, [])
        let records = decoded.batch.recordCount - pieces.oversize
        tally.add { $0.logRecords += records }
        return partial(decoded.rejected, decoded.firstRejection, pieces.oversize)
    }

    private mutating func takeMetrics(
        _ body: [UInt8], _ encoding: OTLP.Encoding
    ) throws(Refusal) -> OTLP.PartialSuccess? {
        var decoded = try read { () throws(OTLPError) in try OTLP.decodeMetrics(body, as: encoding) }
        masking.mask(&decoded.batch)
        let pieces = BatchPieces(decoded.batch)
        try store(pieces, [])
        let metrics = decoded.batch.recordCount - pieces.oversize
        tally.add { $0.metrics += metrics }
        return partial(decoded.rejected, decoded.firstRejection, pieces.oversize)
    }

    private func read<Batch>(
        _ decode: () throws(OTLPError) -> OTLP.Decoded<Batch>
    ) throws(Refusal) -> OTLP.Decoded<Batch> {
        do throws(OTLPError) {
            return try decode()
        } catch {
            throw Refusal(
                status: error.kind == .tooLarge ? 413 : 400, message: "the body is no OTLP: \(error)")
        }
    }

    /// Appends windows only where there is room for all of them: a request is counted whole or not at all.
    private mutating func store(_ batch: BatchPieces, _ windows: [SignalPiece]) throws(Refusal) {
        do throws(GantryError) {
            let bytes = windows.reduce(0) { $0 + $1.payload.count + SpoolHeader.size }
            if bytes > 0, !(try calls.with { (spool) throws(GantryError) in spool.hasRoom(for: bytes) }) {
                throw GantryError(.limit, "the spool of calls is full: the gateway does not take them")
            }
            try append(batch.pieces, to: bulk)
            try append(windows, to: calls)
        } catch {
            notices.say(error)
            throw Refusal(
                status: error.code == .limit ? 429 : 503, message: error.message,
                retryAfter: Self.spoolRetrySeconds)
        }
    }

    private func append(_ pieces: [SignalPiece], to spool: SharedSpool) throws(GantryError) {
        if pieces.isEmpty { return }
        try spool.with { (spool) throws(GantryError) in
            for piece in pieces { try spool.append(piece.payload, events: piece.events) }
        }
    }

    private func partial(
        _ rejected: Int, _ reason: OTLPError?, _ oversize: Int
    ) -> OTLP.PartialSuccess? {
        if oversize > 0 { tally.add { $0.oversizeRecords += oversize } }
        guard rejected + oversize > 0 else { return nil }
        let message =
            reason?.description ?? "records of more than \(CollectorLimits.largestRecord) bytes are left out"
        return OTLP.PartialSuccess(rejected: Int64(rejected + oversize), message: message)
    }
}

/// Call windows as their spool holds them: JSON objects with commas between them, so that records can be joined.
private enum CallPieces {
    static func make(_ windows: [CallWindow]) throws(Refusal) -> [SignalPiece] {
        var pieces: [SignalPiece] = []
        for window in windows {
            do {
                pieces.append(SignalPiece(payload: try JSON.encode(window), events: 1))
            } catch {
                // Only a window with a number that JSON does not have, which no histogram makes.
                throw Refusal(status: 400, message: "the calls of these spans cannot be counted: \(error)")
            }
        }
        return pieces
    }
}
