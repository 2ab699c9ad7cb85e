import GantryBase
import HTTPTypes

/// The cookies of the console. None can be read or set by another site's page, and only those for looks by a script.
struct PageCookies: Sendable {
    static let session = "gantry-session"
    /// What a browser brings back from a provider of identities.
    static let ticket = "gantry-ticket"
    /// What the next page shows as done.
    static let notice = "gantry-notice"
    /// In seconds: a redirect is followed at once.
    static let noticeSeconds = 60
    /// In bytes.
    static let noticeBytes = 1000
    /// In seconds: choices of looks are kept for a year.
    static let choiceSeconds = 365 * 24 * 3600

    /// Whether the browser may send them over TLS only.
    var areSecure: Bool

    static func value(_ name: String, in headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
                return String(parts[1])
            }
        }
        return nil
    }

    func field(_ name: String, _ value: String, seconds: Int, isHidden: Bool = true) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); SameSite=Lax" + (isHidden ? "; HttpOnly" : "")
            + (areSecure ? "; Secure" : "")
    }

    func removal(_ name: String) -> String { field(name, "", seconds: 0) }

    /// As a cookie can hold it: percent escapes for all but letters and digits.
    static func packed(_ text: String) -> String {
        text.utf8.prefix(noticeBytes).map { byte in
            switch byte {
            case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }

    static func unpacked(_ value: String) -> String? {
        var bytes: [UInt8] = []
        var rest = value.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let text = String(rest.prefix(2)), let code = UInt8(text, radix: 16) else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes.prefix(noticeBytes), as: UTF8.self)
    }
}

extension Answer {
    func adding(cookie: String) -> Answer {
        var answer = self
        answer.headers.append(HTTPField(name: .setCookie, value: cookie))
        return answer
    }
}
