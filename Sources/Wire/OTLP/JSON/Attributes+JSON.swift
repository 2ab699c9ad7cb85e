extension Attributes {
    /// Reads a list of `{"key", "value"}`, which is how OTLP/JSON writes attributes.
    init(json object: OTLPObject, _ name: String, depth: Int = 0) throws(OTLPError) {
        self.init(
            try object.objects(name) { (entry) throws(OTLPError) in
                Attribute(
                    try entry.text("key"),
                    try entry.object("value") { (value) throws(OTLPError) in
                        try AttributeValue(json: value, depth: depth)
                    } ?? .empty)
            })
    }

    var json: [JSONValue] {
        list.map { ["key": .string($0.name), "value": $0.value.json] }
    }
}

extension AttributeValue {
    init(json object: OTLPObject, depth: Int) throws(OTLPError) {
        guard depth <= OTLP.deepestValue else { throw OTLPError(.tooDeep) }
        if object["stringValue"] != nil {
            self = .string(try object.text("stringValue"))
        } else if object["boolValue"] != nil {
            self = .bool(try object.bool("boolValue"))
        } else if object["intValue"] != nil {
            self = .int(try object.integer("intValue"))
        } else if let number = try object.double("doubleValue") {
            self = .double(number)
        } else if let value = object["bytesValue"] {
            guard let bytes = Base64.decode(try object.text("bytesValue")) else {
                throw OTLPObject.mismatch("bytesValue", "base 64", value)
            }
            self = .bytes(bytes)
        } else {
            self = try Self.container(json: object, depth: depth) ?? .empty
        }
    }

    private static func container(
        json object: OTLPObject, depth: Int
    ) throws(OTLPError) -> AttributeValue? {
        let array = try object.object("arrayValue") { (array) throws(OTLPError) in
            AttributeValue.array(
                try array.objects("values") { (value) throws(OTLPError) in
                    try AttributeValue(json: value, depth: depth + 1)
                })
        }
        if let array { return array }
        return try object.object("kvlistValue") { (map) throws(OTLPError) in
            .map(try Attributes(json: map, "values", depth: depth + 1))
        }
    }

    var json: JSONValue {
        switch self {
        case .empty: [:]
        case .string(let value): ["stringValue": .string(value)]
        case .bool(let value): ["boolValue": .bool(value)]
        case .int(let value): ["intValue": .string(String(value))]
        case .double(let value): ["doubleValue": OTLPJSONBuilder.number(value)]
        case .bytes(let value): ["bytesValue": .string(Base64.encode(value))]
        case .array(let values):
            ["arrayValue": OTLPJSONBuilder.object { $0.list("values", values.map(\.json)) }]
        case .map(let map): ["kvlistValue": OTLPJSONBuilder.object { $0.list("values", map.json) }]
        }
    }
}

extension SignalResource {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            try Attributes(json: object, "attributes"),
            droppedAttributes: try object.integer("droppedAttributesCount"))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
        }
    }
}

extension SignalScope {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            try object.text("name"), version: try object.text("version"),
            attributes: try Attributes(json: object, "attributes"),
            droppedAttributes: try object.integer("droppedAttributesCount"))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.text("name", name)
            json.text("version", version)
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
        }
    }
}
