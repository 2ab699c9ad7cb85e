import Foundation
import Synchronization
import Testing

@testable import API

/// Keeps cookies and sends forms as a browser does, without running scripts.
final class Browser: Sendable {
    private let server: TestServer
    private let jar = Mutex<[String: String]>([:])

    init(_ server: TestServer) { self.server = server }

    /// One that is signed in with a token.
    static func signedIn(_ server: TestServer, _ token: String) async throws -> Browser {
        let browser = Browser(server)
        let reply = try await browser.post("/sign-in", ["token": token])
        #expect(reply.status == 303, "\(reply.text)")
        return browser
    }

    subscript(cookie: String) -> String? {
        get { jar.withLock { $0[cookie] } }
        set { jar.withLock { $0[cookie] = newValue } }
    }

    func get(_ address: String, _ headers: [String] = []) async throws -> Reply {
        try await call("GET", address, nil, headers + ["Accept: text/html"])
    }

    /// Follows no redirect.
    func post(_ address: String, _ fields: [String: String], _ headers: [String] = []) async throws -> Reply {
        let body = fields.sorted { $0.key < $1.key }.map {
            Self.escaped($0.key) + "=" + Self.escaped($0.value)
        }
        .joined(separator: "&")
        return try await call(
            "POST", address, body, headers + ["Content-Type: application/x-www-form-urlencoded"])
    }

    /// Reads the page, and sends the fields with the signature that stands on it.
    func submit(_ fields: [String: String], to address: String, from page: String) async throws -> Reply {
        let signature = try await signature(on: page)
        return try await post(
            address, fields.merging(["form-token": signature]) { $1 },
            ["Origin: http://gantry", "Sec-Fetch-Site: same-origin"])
    }

    func signature(on page: String) async throws -> String {
        let text = try await get(page).text
        let field = try #require(text.range(of: "name=\"form-token\" value=\""))
        return String(text[field.upperBound...].prefix { $0 != "\"" })
    }

    private func call(
        _ method: String, _ address: String, _ body: String?, _ headers: [String]
    ) async throws -> Reply {
        let cookies = jar.withLock { $0.map { "\($0)=\($1)" }.joined(separator: "; ") }
        let reply = try await server.call(
            method, address, body: body, headers: headers + (cookies.isEmpty ? [] : ["Cookie: \(cookies)"]))
        for cookie in reply.cookies {
            let pair = cookie.prefix { $0 != ";" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            self[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return reply
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
