import Crypto
import GantryBase

/// The text of a token or of a session: a prefix and 40 letters, the first eight of which are its public id.
///
/// Has no description, so that it does not get into a log by accident.
struct TokenText: Sendable {
    static let prefix = "gantry_"
    static let sessionPrefix = "gantrys_"
    /// Enough that a million tokens have distinct ids; `issue` tries again when one is taken.
    static let idLength = 8
    static let secretLength = 32

    let id: String
    let text: String

    /// - Parameter id: Of what gets another text under its old id; else a new one.
    static func random(
        _ prefix: String = prefix, id: String? = nil, from source: RandomSource
    ) -> TokenText {
        let id = id ?? RandomName.make(length: idLength, from: source)
        return TokenText(
            id: id, text: prefix + id + RandomName.make(length: secretLength, from: source))
    }

    private init(id: String, text: String) { (self.id, self.text) = (id, text) }

    /// Nil when the text has not the form of a token.
    init?(_ text: String, prefix: String = prefix) {
        guard text.utf8.count == prefix.utf8.count + Self.idLength + Self.secretLength,
            text.hasPrefix(prefix), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        id = String(text.dropFirst(prefix.count).prefix(Self.idLength))
        self.text = text
    }

    var hash: String { Hexadecimal.text(of: SHA256.hash(data: Array(text.utf8))) }

    /// Takes the same time wherever the difference is.
    func matches(hash: String) -> Bool {
        let (mine, other) = (Array(self.hash.utf8), Array(hash.utf8))
        guard mine.count == other.count else { return false }
        return zip(mine, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(of bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
