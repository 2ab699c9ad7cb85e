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
    /// Nil where no signals are taken in.
    var workloads: WorkloadTokens?

    func identity(of request: APIRequest, challenge: Challenge) async throws -> Identity {
        guard let header = request.headers[.authorization] else {
            throw GantryError(
                .unauthenticated, "no token came with the request", hint: Self.hint(challenge))
        }
        guard let token = Self.token(in: header, challenge: challenge) else {
            throw GantryError(
                .unauthenticated, "the header Authorization holds no token", hint: Self.hint(challenge))
        }
        guard !token.hasPrefix(WorkloadTokens.prefix) else {
            let refusal = GantryError(
                .unauthenticated, "a workload's token opens nothing but the routes that take its signals",
                hint: Self.hint(challenge))
            try await gate.recordRefusedToken(refusal, from: request.from)
            throw refusal
        }
        return try await gate.authenticate(token, from: request.from)
    }

    /// Which instance sends signals.
    func claim(of request: APIRequest) async throws -> WorkloadTokens.Claim {
        guard let workloads else {
            throw GantryError(.unavailable, "this server takes no signals", hint: "send them to another")
        }
        let hint = "send Authorization: Bearer with the token that Gantry gives the instance's agent"
        guard let header = request.headers[.authorization],
            let token = Self.token(in: header, challenge: .bearer)
        else {
            throw GantryError(.unauthenticated, "no token came with the signals", hint: hint)
        }
        do throws(GantryError) {
            guard token.hasPrefix(WorkloadTokens.prefix) else {
                throw GantryError(
                    .unauthenticated, "signals are not taken with a person's token", hint: hint)
            }
            return try workloads.claim(of: token)
        } catch {
            try await gate.recordRefusedToken(error, from: request.from)
            throw error
        }
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
