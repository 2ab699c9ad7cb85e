import Foundation
import GantryBase
import Wire

/// Signs this machine in by a code that a person confirms in the browser; the machine's part of RFC 8628.
enum DeviceLogin {
    struct Request: Encodable, Sendable {
        var client: String
        var scopes: [String]
        var expiresIn: String?
    }
    private struct Begun: Decodable {
        var deviceCode: String
        var userCode: String
        var verificationPath: String
        var expiresIn: Int
        var interval: Int
    }
    private struct Poll: Encodable { var deviceCode: String }
    private struct Refusal: Decodable { var error: String? }
    private struct Answer: Decodable { var token: String }

    /// What the person who confirms is shown.
    static var machine: String {
        let host =
            ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "a machine"
        return "\(NSUserName())@\(host)"
    }

    static func token(_ request: Request, _ client: APIClient) async throws -> String {
        let begun: Begun = try await client.post("/v1/device", request)
        Notice.say(
            """
            open   \(client.server)\(begun.verificationPath)?code=\(begun.userCode)
            and confirm the code   \(begun.userCode)
            waiting; Ctrl-C gives up
            """)
        var interval = max(1, begun.interval)
        let end = ContinuousClock.now + .seconds(begun.expiresIn)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .seconds(interval))
            let (status, bytes) = try await client.answer(
                "POST", "/v1/device/token", body: try JSON.encode(Poll(deviceCode: begun.deviceCode)))
            if status == 200 { return try JSON.decode(Answer.self, from: bytes).token }
            switch (try? JSON.decode(Refusal.self, from: bytes))?.error {
            case "authorization_pending": continue
            case "slow_down": interval += 5
            case "access_denied":
                throw GantryError(.forbidden, "the code \(begun.userCode) was refused in the browser")
            case "expired_token": throw expired
            default: throw client.problem(bytes, status: status)
            }
        }
        throw expired
    }

    private static let expired = GantryError(
        .timeout, "nobody confirmed the code in time", hint: "try again: gantry login")
}
