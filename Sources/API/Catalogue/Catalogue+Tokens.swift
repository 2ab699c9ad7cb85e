import Access
import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct TokenItem: Decodable, Sendable {
        var id: String
        var user: UserName
        var scopes: [Scope]
        var createdAt: Timestamp
        var expiresAt: Timestamp?
        var description: String?
    }

    struct MadeToken: Decodable, Sendable {
        var token: String
        var id: String
    }

    static var tokens: [Operation] {
        [
            Operation(
                .get, "/v1/tokens", "List tokens: one's own, an admin's all", verb: "token list",
                query: [.text("user", "only of this user")] + pageQuery, answer: .items(TokenItem.self),
                right: "manageTokens, but for one's own"),
            Operation(
                .post, "/v1/tokens", "Make a token; its text is in the answer and nowhere else",
                verb: "token create", body: .value(Routes.NewToken.self),
                answer: .value(MadeToken.self, .created).shownOnce, right: "manageTokens, but for one's own",
                errors: [.limit], actsOnce: true),
            Operation(
                .delete, "/v1/tokens/{id}", "Make a token worthless", verb: "token revoke", answer: .done,
                right: "manageTokens, but for one's own", actsOnce: true),
        ]
    }
}
