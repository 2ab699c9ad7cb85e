import Wire

/// Masks whole batches: all text that a service wrote, before anything of it reaches a disk.
struct SignalMasking {
    private let scanner: MaskingScanner
    /// What was masked so far.
    private(set) var counts = MaskingScanner.Counts()

    init(_ scanner: MaskingScanner = MaskingScanner()) { self.scanner = scanner }

    mutating func mask(_ batch: inout TraceBatch) {
        mask(&batch) { span, masking in
            masking.scanner.mask(&span, &masking.counts)
            masking.maskState(&span.traceState)
            for at in span.links.indices { masking.maskState(&span.links[at].traceState) }
        }
    }

    mutating func mask(_ batch: inout LogBatch) { mask(&batch) { $1.mask(&$0) } }

    mutating func mask(_ batch: inout MetricBatch) {
        mask(&batch) { metric, masking in
            masking.mask(&metric.name)
            masking.mask(&metric.description)
            masking.mask(&metric.unit)
            masking.scanner.mask(&metric.metadata, &masking.counts)
            masking.mask(&metric.data)
        }
    }

    mutating func mask(_ record: inout LogRecord) {
        scanner.mask(&record, &counts)
        mask(&record.severityText)
        mask(&record.eventName)
    }

    private mutating func mask<Record>(
        _ batch: inout SignalBatch<Record>, _ one: (inout Record, inout SignalMasking) -> Void
    ) {
        for group in batch.groups.indices {
            mask(&batch.groups[group].schemaURL)
            scanner.mask(&batch.groups[group].resource.attributes, &counts)
            for scope in batch.groups[group].scopes.indices {
                mask(&batch.groups[group].scopes[scope].schemaURL)
                mask(&batch.groups[group].scopes[scope].scope.name)
                mask(&batch.groups[group].scopes[scope].scope.version)
                scanner.mask(&batch.groups[group].scopes[scope].scope.attributes, &counts)
                for record in batch.groups[group].scopes[scope].records.indices {
                    one(&batch.groups[group].scopes[scope].records[record], &self)
                }
            }
        }
    }

    private mutating func mask(_ text: inout String) {
        if !text.isEmpty { text = scanner.mask(text, &counts) }
    }

    /// Masks the members of other tracing systems; OpenTelemetry's own holds random digits by which calls are counted.
    private mutating func maskState(_ state: inout String) {
        guard !state.isEmpty else { return }
        let members = state.split(separator: ",", omittingEmptySubsequences: false).map { member in
            let name = member.drop { $0 == " " }
            return name.hasPrefix("ot=") && TraceState(String(name)) != nil
                ? String(member) : scanner.mask(String(member), &counts)
        }
        state = members.joined(separator: ",")
    }

    private mutating func mask(_ data: inout MetricRecord.Data) {
        switch data {
        case .none: return
        case .gauge(var points):
            for at in points.indices { mask(&points[at].header) }
            data = .gauge(points)
        case .sum(var points, let temporality, let monotonic):
            for at in points.indices { mask(&points[at].header) }
            data = .sum(points, temporality, monotonic: monotonic)
        case .histogram(var points, let temporality):
            for at in points.indices { mask(&points[at].header) }
            data = .histogram(points, temporality)
        case .exponentialHistogram(var points, let temporality):
            for at in points.indices { mask(&points[at].header) }
            data = .exponentialHistogram(points, temporality)
        case .summary(var points):
            for at in points.indices { mask(&points[at].header) }
            data = .summary(points)
        }
    }

    private mutating func mask(_ header: inout PointHeader) {
        scanner.mask(&header.attributes, &counts)
        for at in header.exemplars.indices { scanner.mask(&header.exemplars[at].attributes, &counts) }
    }
}
