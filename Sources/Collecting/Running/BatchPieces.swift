import Wire

/// Cuts a batch into records that a spool takes.
struct BatchPieces {
    private(set) var pieces: [SignalPiece] = []
    /// Single spans, lines or metrics that are larger than any record may be: left out.
    private(set) var oversize = 0

    init(_ batch: TraceBatch) { add(batch, .traces) { OTLP.encode($0) } }
    init(_ batch: LogBatch) { add(batch, .logs) { OTLP.encode($0) } }
    init(_ batch: MetricBatch) { add(batch, .metrics) { OTLP.encode($0) } }

    /// Halves what is too large until it is not, so that no size is guessed.
    private mutating func add<Record>(
        _ batch: SignalBatch<Record>, _ kind: SignalKind, _ encode: (SignalBatch<Record>) -> [UInt8]
    ) {
        let count = batch.recordCount
        guard count > 0 else { return }
        let message = encode(batch)
        if message.count <= CollectorLimits.pieceBytes
            || (count == 1 && message.count <= CollectorLimits.largestRecord)
        {
            var payload = [UInt8]()
            payload.reserveCapacity(message.count + 1)
            payload.append(kind.rawValue)
            payload += message
            pieces.append(SignalPiece(payload: payload, events: UInt32(clamping: count)))
        } else if count == 1 {
            oversize += 1
        } else {
            let (first, second) = batch.split(at: count / 2)
            add(first, kind, encode)
            add(second, kind, encode)
        }
    }
}

extension SignalBatch {
    /// The first `count` records, and the rest, each with its sender and scope.
    func split(at count: Int) -> (SignalBatch, SignalBatch) {
        var (first, second) = (SignalBatch(), SignalBatch())
        var left = count
        for group in groups {
            var (front, back) = (group, group)
            front.scopes = []
            back.scopes = []
            for scope in group.scopes {
                let taken = min(left, scope.records.count)
                left -= taken
                var part = scope
                if taken > 0 {
                    part.records = Array(scope.records[..<taken])
                    front.scopes.append(part)
                }
                if taken < scope.records.count {
                    part.records = Array(scope.records[taken...])
                    back.scopes.append(part)
                }
            }
            if !front.scopes.isEmpty { first.groups.append(front) }
            if !back.scopes.isEmpty { second.groups.append(back) }
        }
        return (first, second)
    }
}
