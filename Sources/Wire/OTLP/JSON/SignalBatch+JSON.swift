/// What one decoding from JSON has made so far. The tree is there already, so only records are held to a limit.
struct OTLPJSONTally {
    private(set) var rejected = 0
    private(set) var firstRejection: OTLPError?
    private var records = 0

    mutating func countRecord() throws(OTLPError) {
        records += 1
        guard records <= OTLP.mostRecords else { throw OTLPError(.tooMany) }
    }

    mutating func reject(_ kind: OTLPError.Kind) {
        rejected += 1
        if firstRejection == nil { firstRejection = OTLPError(kind) }
    }
}

extension SignalBatch where Record: OTLPRecord {
    static func decoded(json body: UnsafeRawBufferPointer) throws(OTLPError) -> OTLP.Decoded<Self> {
        let document: JSONValue
        do throws(JSONError) {
            var parser = JSONParser(body.bindMemory(to: UInt8.self), mostValues: OTLP.mostJSONValues)
            document = try parser.document()
        } catch {
            let kind: OTLPError.Kind = error.kind == .tooLarge ? .tooMany : .invalidJSON
            throw OTLPError(kind, offset: error.offset, message: error.description)
        }
        var tally = OTLPJSONTally()
        let batch = try Self(try OTLPObject(document), &tally)
        return OTLP.Decoded(
            batch: batch, rejected: tally.rejected, firstRejection: tally.firstRejection)
    }

    private init(_ object: OTLPObject, _ tally: inout OTLPJSONTally) throws(OTLPError) {
        let names = Record.names
        groups = try object.objects(names.groups) { (group) throws(OTLPError) in
            ResourceGroup(
                try group.object("resource", SignalResource.init(json:)) ?? SignalResource(),
                schemaURL: try group.text("schemaUrl"),
                try group.objects(names.scopes) { (scope) throws(OTLPError) in
                    ScopeGroup(
                        try scope.object("scope", SignalScope.init(json:)) ?? SignalScope(),
                        schemaURL: try scope.text("schemaUrl"), try Self.records(scope, &tally))
                })
        }
    }

    private static func records(
        _ scope: OTLPObject, _ tally: inout OTLPJSONTally
    ) throws(OTLPError) -> [Record] {
        try scope.objects(Record.names.records) { (object) throws(OTLPError) -> Record? in
            try tally.countRecord()
            return try Record.read(object, &tally)
        }.compactMap(\.self)
    }

    var json: JSONValue {
        let names = Record.names
        return OTLPJSONBuilder.object { json in
            json.list(
                names.groups,
                groups.map { group in
                    OTLPJSONBuilder.object { json in
                        json.value("resource", group.resource.json)
                        json.list(names.scopes, group.scopes.map { $0.json(names.records) })
                        json.text("schemaUrl", group.schemaURL)
                    }
                })
        }
    }
}

extension SignalBatch.ScopeGroup where Record: OTLPRecord {
    fileprivate func json(_ name: String) -> JSONValue {
        OTLPJSONBuilder.object { json in
            json.value("scope", scope.json)
            json.list(name, records.map(\.json))
            json.text("schemaUrl", schemaURL)
        }
    }
}
