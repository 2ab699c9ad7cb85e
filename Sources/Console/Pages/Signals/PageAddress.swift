/// Writes the address of a page with its question: values that are absent or empty are left out.
enum PageAddress {
    static func text(_ place: String, _ values: [(String, String?)]) -> String {
        let parts = values.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(name)=\(SafeAddress.encoded($0))" }
        }
        return parts.isEmpty ? place : place + "?" + parts.joined(separator: "&")
    }
}

extension Dictionary<String, String> {
    /// A field that was sent and says something.
    func said(_ name: String) -> String? {
        guard let value = self[name]?.filter({ $0 != "\0" }), !value.isEmpty else { return nil }
        return value
    }
}
