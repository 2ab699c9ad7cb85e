import Access
import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct GrantedToken: Decodable, Sendable {
        var token: String
        var id: String
        var user: UserName
        var scopes: [Scope]
        var expiresAt: Timestamp
    }

    struct BegunDevice: Decodable, Sendable {
        var deviceCode: String
        var userCode: String
        var verificationPath: String
        /// In seconds.
        var expiresIn: Int
        /// In seconds.
        var interval: Int
    }

    struct DeviceQuestion: Decodable, Sendable {
        var code: String
        var client: String
        var from: String
        var scopes: [Scope]
        var expiresIn: Period
        var askedAt: Timestamp
    }

    struct SessionItem: Decodable, Sendable {
        var id: String
        var place: String
        var createdAt: Timestamp
        var renewedAt: Timestamp
    }

    static var access: [Operation] {
        [
            Operation(
                .post, "/v1/sign-in", "Make a token for a name and password", verb: "login",
                body: .value(Routes.PasswordSignIn.self), answer: .value(GrantedToken.self).shownOnce,
                isOpen: true, errors: [.unauthenticated, .limit]),
            Operation(
                .post, "/v1/device", "Begin to sign a machine in: a person confirms its code in a browser",
                verb: "login", body: .value(Routes.DeviceRequest.self), answer: .value(BegunDevice.self),
                isOpen: true, errors: [.limit]),
            Operation(
                .post, "/v1/device/token",
                "Ask whether the code was confirmed; till then 400, as RFC 8628 says",
                verb: "login", body: .value(Routes.DevicePoll.self),
                answer: .value(GrantedToken.self).shownOnce, isOpen: true),
            Operation(
                .get, "/v1/device/{code}", "Show what a machine that waits has asked for",
                verb: "device show", answer: .value(DeviceQuestion.self)),
            Operation(
                .post, "/v1/device/{code}", "Let a machine in, or refuse it", verb: "device approve",
                body: .value(Routes.DeviceDecision.self), answer: .done, right: "a token with the scope write"
            ),
            Operation(
                .get, "/v1/sessions", "List one's own sessions in browsers", verb: "session list",
                answer: .items(SessionItem.self)),
            Operation(
                .delete, "/v1/sessions/{id}", "End one of one's own sessions", verb: "session end",
                answer: .done),
            Operation(
                .put, "/v1/sign-in/oidc/secret", "Set the secret that the provider of identities knows us by",
                verb: "oidc secret", body: .value(Routes.ClientSecretBody.self), answer: .done,
                right: "managePlatform"),
            Operation(
                .delete, "/v1/sign-in/oidc/secret", "Remove that secret", verb: "oidc remove-secret",
                answer: .done, right: "managePlatform"),
        ]
    }
}
