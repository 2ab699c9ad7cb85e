/// Says of a value that is none of an enum's: `"foo" is not one of read, write, push, admin`.
///
/// The standard library's own message names the Swift type, which means nothing to whoever wrote the document.
enum ChoiceText {
    /// Nil where it was not the standard library that refused the value.
    static func mistake(of type: Any.Type, _ value: JSONValue, _ error: any Error) -> DecodingError? {
        guard type is any RawRepresentable.Type, case DecodingError.dataCorrupted(let context) = error,
            context.debugDescription.hasPrefix("Cannot initialize ")
        else { return nil }
        let known = (type as? any CaseIterable.Type).map { names($0) } ?? []
        let shown = String(decoding: JSON.write(value), as: UTF8.self)
        let rest = known.isEmpty ? "is not known here" : "is not one of \(known.joined(separator: ", "))"
        return .dataCorrupted(.init(codingPath: context.codingPath, debugDescription: "\(shown) \(rest)"))
    }

    static func names<Kind: CaseIterable>(_ type: Kind.Type) -> [String] {
        type.allCases.compactMap { ($0 as? any RawRepresentable).map { "\($0.rawValue)" } }
    }
}
