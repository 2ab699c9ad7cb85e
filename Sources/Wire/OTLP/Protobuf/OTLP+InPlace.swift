/// Walking a request without making values of it, for counting and routing at the speed of memory.
extension OTLP {
    /// Calls `body` for every span with the resource and scope it came from.
    ///
    /// Views are valid only inside `body`. What `body` does not walk (attributes, events) is checked only to lie within
    /// the span. Spans before a fault have been seen when it is thrown.
    public static func forEachSpan(
        in request: UnsafeRawBufferPointer,
        _ body: (ResourceView, ScopeView, SpanView) throws(ProtobufFault) -> Void
    ) throws(OTLPError) {
        try forEach(in: request, .traces, body)
    }

    /// Calls `body` for every log record, as `forEachSpan` does.
    public static func forEachLog(
        in request: UnsafeRawBufferPointer,
        _ body: (ResourceView, ScopeView, LogView) throws(ProtobufFault) -> Void
    ) throws(OTLPError) {
        try forEach(in: request, .logs, body)
    }

    @inline(__always)
    private static func forEach<View: ProtobufView>(
        in request: UnsafeRawBufferPointer, _ schema: OTLPMessage,
        _ body: (ResourceView, ScopeView, View) throws(ProtobufFault) -> Void
    ) throws(OTLPError) {
        guard request.count <= largestBody else { throw OTLPError(.tooLarge, offset: largestBody) }
        guard let start = request.baseAddress else { return }
        do throws(ProtobufFault) {
            let reader = ProtobufReader(start, start + request.count)
            var groups = try RepeatedView<GroupView<ResourceView>>(number: 1, in: reader)
            while let group = try groups.next() {
                var scopes = try RepeatedView<GroupView<ScopeView>>(number: 2, in: group.reader)
                while let scope = try scopes.next() {
                    var reader = scope.reader
                    while try reader.next() {
                        guard reader.number == 2 else {
                            try reader.skip()
                            continue
                        }
                        try body(group.head, scope.head, try View(try reader.message()))
                    }
                }
            }
        } catch {
            throw schema.error(error, in: request)
        }
    }
}

/// A resource or scope with what belongs to it: field 1 is the head, 2 the content, 3 the schema URL.
struct GroupView<Head: ProtobufView & EmptyInit>: ProtobufView {
    private(set) var head = Head()
    private(set) var schemaURL = TextView()
    let reader: ProtobufReader

    init(_ reader: ProtobufReader) throws(ProtobufFault) {
        self.reader = reader
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: head = try Head(try reader.message())
            case 3: schemaURL = try reader.text()
            default: try reader.skip()
            }
        }
    }
}

/// What can stand for a message that is missing.
protocol EmptyInit { init() }
extension ResourceView: EmptyInit {}
extension ScopeView: EmptyInit {}
