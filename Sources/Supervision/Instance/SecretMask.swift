/// Takes the values of secrets out of words that others will read: a program may print what it was given.
struct SecretMask: Sendable {
    /// In bytes. Shorter values are words and numbers that stand in any text, and tell nothing.
    static let shortest = 4
    static let replacement = Array("***".utf8)

    private let values: [[UInt8]]

    init(_ secrets: [String: String]) {
        // The longest first, so that a secret within another leaves no rest of it.
        values = secrets.values.map { Array($0.utf8) }.filter { $0.count >= Self.shortest }
            .sorted { $0.count > $1.count }
    }

    func apply(_ text: String) -> String {
        guard !values.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if let value = values.first(where: { bytes[at...].starts(with: $0) }) {
                result += Self.replacement
                at += value.count
            } else {
                result.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
