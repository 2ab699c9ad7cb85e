extension JSONValueEncoder: SingleValueEncodingContainer {
    static let notFinite = "is a number that is not finite, which JSON cannot hold"

    func encode<T: Encodable>(_ value: T) throws {
        if let value = value as? any NamedDictionaryEncoding {
            try value.encodeNamed(to: self)
        } else {
            try value.encode(to: self)
        }
    }

    func encodeNil() throws { node.set(.null) }
    func encode(_ value: Bool) throws { node.set(.bool(value)) }
    func encode(_ value: String) throws { node.set(.string(value)) }

    func encode(_ value: Double) throws {
        guard value.isFinite else { throw Self.invalid(node.path, Self.notFinite) }
        node.set(.number(value))
    }

    /// Writes the shortest decimal that reads back as this Float: 0.1, not 0.10000000149011612.
    func encode(_ value: Float) throws {
        if let short = Double(value.description), Float(short) == value {
            try encode(short)
        } else {
            try encode(Double(value))
        }
    }

    func encode(_ value: Int) throws { try integer(value) }
    func encode(_ value: Int8) throws { try integer(value) }
    func encode(_ value: Int16) throws { try integer(value) }
    func encode(_ value: Int32) throws { try integer(value) }
    func encode(_ value: Int64) throws { try integer(value) }
    func encode(_ value: UInt) throws { try integer(value) }
    func encode(_ value: UInt8) throws { try integer(value) }
    func encode(_ value: UInt16) throws { try integer(value) }
    func encode(_ value: UInt32) throws { try integer(value) }
    func encode(_ value: UInt64) throws { try integer(value) }

    private func integer(_ value: some FixedWidthInteger) throws {
        guard let narrow = Int64(exactly: value) else {
            throw Self.invalid(
                node.path, "is an integer beyond Int64, which JSON readers round; write it as text")
        }
        node.set(.integer(narrow))
    }
}
