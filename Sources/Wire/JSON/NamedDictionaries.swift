/// Dictionaries whose keys are enums or wrappers of a String are objects, as people expect.
///
/// The standard library writes them as an array of keys and values in turn, in random order, unless the key is
/// `CodingKeyRepresentable`. Make keys that, too, when other coders shall agree.
protocol NamedDictionaryEncoding {
    func encodeNamed(to encoder: JSONValueEncoder) throws
}

protocol NamedDictionaryDecoding {
    init(named decoder: JSONValueDecoder) throws
}

extension Dictionary: NamedDictionaryEncoding
where Key: RawRepresentable, Key.RawValue == String, Value: Encodable {
    func encodeNamed(to encoder: JSONValueEncoder) throws {
        var container = encoder.container(keyedBy: JSONKey.self)
        for (key, value) in self { try container.encode(value, forKey: JSONKey(key.rawValue)) }
    }
}

extension Dictionary: NamedDictionaryDecoding
where Key: RawRepresentable, Key.RawValue == String, Value: Decodable {
    init(named decoder: JSONValueDecoder) throws {
        let container = try decoder.container(keyedBy: JSONKey.self)
        self.init(minimumCapacity: container.allKeys.count)
        for name in container.allKeys {
            guard let key = Key(rawValue: name.stringValue) else {
                let known = (Key.self as? any CaseIterable.Type).map { ChoiceText.names($0) } ?? []
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: container.codingPath + [name],
                        debugDescription: known.isEmpty
                            ? "is no name that is known here"
                            : "is not one of \(known.joined(separator: ", "))"))
            }
            self[key] = try container.decode(Value.self, forKey: name)
        }
    }
}
