import Telemetry
package import Wire

/// Which part of a trace a page shows, and which span beside it.
package struct TraceQuestion: Sendable, Hashable {
    package var id: TraceID
    package var span: SpanID?
    /// A part below a node: `roots`, the id of a span, or `n12` for a node that has none.
    package var under: String?
    package var skip: Int

    package init(_ id: TraceID, span: SpanID? = nil, under: String? = nil, skip: Int = 0) {
        (self.id, self.span, self.under, self.skip) = (id, span, under, skip)
    }

    package init(_ id: TraceID, _ fields: [String: String]) {
        self.init(
            id, span: fields["span"].flatMap(SpanID.init), under: fields.said("under"),
            skip: max(0, fields["skip"].flatMap { Int($0) } ?? 0))
    }

    /// Within the page of the trace: the short form, since a page has many of them.
    func address(_ change: (inout TraceQuestion) -> Void) -> String {
        var changed = self
        change(&changed)
        let text = PageAddress.text(
            "",
            [
                ("span", changed.span?.description), ("under", changed.under),
                ("skip", changed.skip == 0 ? nil : String(changed.skip)),
            ])
        return text.isEmpty ? "?" : text
    }

    func scope(_ tree: TraceTree) -> TraceRows.Scope {
        guard let under else { return .whole }
        if under == "roots" { return .below(nil) }
        if under.hasPrefix("n"), let index = Int(under.dropFirst()), tree.nodes.indices.contains(index) {
            return .below(index)
        }
        guard let id = SpanID(under), let index = tree.nodes.firstIndex(where: { $0.spanID == id }) else {
            return .whole
        }
        return .below(index)
    }
}

extension TraceTree.Node {
    /// Of the span, or of the one that is missing.
    var spanID: SpanID? {
        switch content {
        case .span(let entry): entry.record.spanID
        case .missing(let id): id
        case .hidden: nil
        }
    }
    var isFailed: Bool { span?.record.status.code == .error }
    var milliseconds: Double { Double(durationNanoseconds) / 1e6 }
}
