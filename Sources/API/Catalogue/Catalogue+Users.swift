import Access
import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct PersonItem: Decodable, Sendable {
        var name: String
        var createdAt: Timestamp
        var createdBy: UserName
        var admin: Bool
        /// Whether there is one.
        var password: Bool
        var passwordSetAt: Timestamp?
        /// The issuer of a person who came through a provider of identities.
        var provider: String?
        var groups: [String]?
    }

    struct ServiceAccountItem: Decodable, Sendable {
        var name: String
        var createdAt: Timestamp
        var createdBy: UserName
        var roles: [BusinessName: Role]
        var description: String?
    }

    struct RemovedUser: Decodable, Sendable {
        /// How many tokens went with it.
        var tokens: Int
    }

    static var users: [Operation] {
        [
            Operation(
                .get, "/v1/users", "List the people who may sign in", verb: "user list", query: pageQuery,
                answer: .items(PersonItem.self), right: "manageUsers"),
            Operation(
                .post, "/v1/users", "Add a person with a password", verb: "user add",
                body: .value(Routes.NewUser.self), answer: .value(PersonItem.self, .created),
                right: "manageUsers"),
            Operation(
                .delete, "/v1/users/{name}", "Remove a person, with tokens and sessions", verb: "user remove",
                answer: .value(RemovedUser.self), right: "manageUsers"),
            Operation(
                .put, "/v1/users/{name}/password", "Set a password; the person's sessions end",
                verb: "user password", body: .value(Routes.NewPassword.self), answer: .done,
                right: "manageUsers, but for one's own", errors: [.limit]),
            Operation(
                .get, "/v1/service-accounts", "List the service accounts", verb: "service-account list",
                query: pageQuery, answer: .items(ServiceAccountItem.self), right: "manageUsers"),
            Operation(
                .post, "/v1/service-accounts", "Add a service account with roles in businesses",
                verb: "service-account add", body: .value(Routes.NewServiceAccount.self),
                answer: .value(ServiceAccountItem.self, .created), right: "manageUsers"),
            Operation(
                .delete, "/v1/service-accounts/{name}", "Remove a service account, with its tokens",
                verb: "service-account remove", answer: .value(RemovedUser.self), right: "manageUsers"),
        ]
    }
}
