import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct Diagnosed: Decodable, Sendable { var diagnostics: [Diagnostic] }

    struct Plan: Decodable, Sendable {
        struct Change: Decodable, Sendable {
            enum Kind: String, Decodable, Sendable, CaseIterable { case create, remove, update, overridden }
            struct Planned: Decodable, Sendable {
                var cluster: ClusterName
                var replicas: Int
                var release: String?
            }
            struct Field: Decodable, Sendable {
                var path: String
                var before: String?
                var after: String?
            }
            struct Held: Decodable, Sendable {
                var replicas: Int
                var author: UserName
                var createdAt: Timestamp
                var until: Timestamp?
            }
            var name: WorkloadName
            var kind: Kind
            var planned: Planned?
            var fields: [Field]?
            var override: Held?
        }
        var changes: [Change]
        var text: String
        var diagnostics: [Diagnostic]
    }

    static var services: [Operation] {
        [
            Operation(
                .post, "/v1/services", "Make the repository of a new service", verb: "service create",
                body: .value(Routes.NewService.self), answer: .object(StoredRepository.self, .created),
                right: "createService", errors: [.exists, .notFound], actsOnce: true,
                guardedKind: StoredRepository.kind),
            Operation(
                .post, "/v1/validate", "Find the mistakes of a service.yaml",
                verb: .none("gantry validate looks by itself, so that it works without a server"),
                body: .value(Routes.ServiceText.self), answer: .value(Diagnosed.self), right: "view",
                errors: [.notFound]),
            Operation(
                .post, "/v1/plan", "Tell what a service.yaml would change", verb: "plan",
                body: .value(Routes.ServiceText.self), answer: .value(Plan.self), right: "view",
                errors: [.notFound]),
            Operation(
                .post, "/v1/services/{service:2}/rollback", "Take an environment back to an earlier release",
                verb: "rollback", body: .value(Routes.Rollback.self), answer: .object(StoredRollout.self),
                right: "operate", actsOnce: true),
        ]
    }
}
