import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct SecretItem: Decodable, Sendable {
        var name: String
        var environment: String
        var updatedAt: Timestamp
        var updatedBy: UserName
    }

    static var secrets: [Operation] {
        [
            Operation(
                .get, "/v1/services/{service:2}/secrets", "List the names of a service's secrets",
                verb: "secret list", answer: .items(SecretItem.self), right: "view"),
            // A repeat sets the same again. It takes no Idempotency-Key, since what is kept of a request with one
            // would be made of the secret's value.
            Operation(
                .put, "/v1/services/{service:2}/secrets/{name}", "Set a secret", verb: "secret set",
                body: .value(Routes.SecretBody.self), answer: .done, right: "manageSecrets"),
            Operation(
                .delete, "/v1/services/{service:2}/secrets/{name}", "Remove a secret",
                verb: "secret remove",
                query: [
                    .text("environment", "the environment that it was set for; else the one for all"),
                    .flag("force", "though a release that runs needs it"),
                ], answer: .done, right: "manageSecrets", actsOnce: true),
        ]
    }
}
