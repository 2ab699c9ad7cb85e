/// What one decoding has made so far, held against the limits, and what it had to mend or leave out.
struct OTLPTally {
    private(set) var repairedTexts = 0
    private(set) var rejected = 0
    private(set) var firstRejection: ProtobufFault?
    private var records = 0
    private var elements = 0

    mutating func countRecord(at place: UnsafeRawPointer) throws(ProtobufFault) {
        records += 1
        guard records <= OTLP.mostRecords else { throw ProtobufFault(.tooMany, at: place) }
    }

    mutating func countElements(_ count: Int, at place: UnsafeRawPointer?) throws(ProtobufFault) {
        elements += count
        guard elements > OTLP.mostElements, let place else { return }
        throw ProtobufFault(.tooMany, at: place)
    }

    mutating func text(_ view: TextView) -> String {
        let (text, repaired) = view.repaired()
        if repaired { repairedTexts += 1 }
        return text
    }

    mutating func reject(_ kind: OTLPError.Kind, at place: UnsafeRawPointer) {
        rejected += 1
        if firstRejection == nil { firstRejection = ProtobufFault(kind, at: place) }
    }
}
