import Access
import Foundation
import GantryBase
import HTTPTypes

/// How a client may say who it is.
enum Challenge: Sendable {
    case bearer
    /// Git's way: the token is the password, the user name may be anything.
    case basic

    /// The value of `WWW-Authenticate`.
    var header: String {
        switch self {
        case .bearer: "Bearer realm=\"gantry\""
        case .basic: "Basic realm=\"gantry\", charset=\"UTF-8\""
        }
    }
}

/// Finds out who asks.
struct Authentication: Sendable {
    let gate: AccessGate

    func identity(of request: APIRequest, challenge: Challenge) async throws -> Identity {
        guard let header = request.headers[.authorization] else {
            throw GantryError(
                .unauthenticated, "no token came with the request", hint: Self.hint(challenge))
        }
        guard let token = Self.token(in: header, challenge: challenge) else {
            throw GantryError(
                .unauthenticated, "the header Authorization holds no token", hint: Self.hint(challenge))
        }
        return try await gate.authenticate(token, from: request.from)
    }

    private static func hint(_ challenge: Challenge) -> String {
        switch challenge {
        case .bearer: "send Authorization: Bearer TOKEN; gantry login keeps a token for the command line"
        case .basic: "give any user name, and a token as the password"
        }
    }

    static func token(in header: String, challenge: Challenge) -> String? {
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2 else { return nil }
        switch words[0].lowercased() {
        case "bearer": return String(words[1])
        case "basic" where challenge == .basic:
            guard let bytes = Data(base64Encoded: String(words[1])),
                let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            return String(text[text.index(after: colon)...])
        default: return nil
        }
    }
}
