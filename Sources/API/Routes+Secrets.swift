import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State
import Wire

extension Routes {
    var secrets: [Route] {
        [
            .signedIn(.get, "/v1/services/{service:2}/secrets", listSecrets),
            .signedIn(.put, "/v1/services/{service:2}/secrets/{name}", setSecret),
            .signedIn(.delete, "/v1/services/{service:2}/secrets/{name}", removeSecret),
        ]
    }

    /// Stands for all environments, in requests and answers.
    private static let everywhere = "*"

    private func listSecrets(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let service = try serviceName(call)
        try await operations.require(
            .view, on: service.business, by: call.identity, for: "secret.list", service.path)
        let stored = try await store.all(StoredSecret.self, prefix: service.path + "/")
        let items = stored.compactMap { secret -> JSONValue? in
            guard let name = SecretName(path: secret.name) else { return nil }
            return [
                "name": .string(name.variable),
                "environment": .string(name.environment?.text ?? Self.everywhere),
                "updatedAt": .string(secret.spec.setAt.description),
                "updatedBy": .string(secret.spec.setBy.text),
            ]
        }
        return .json(["items": .array(items)])
    }

    struct SecretBody: BodyValue {
        static let members: Set = ["value", "environment"]
        var value: String
        var environment: String?
    }

    private func setSecret(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let service = try serviceName(call)
        try await operations.require(
            .manageSecrets, on: service.business, by: call.identity, for: "secret.set",
            "\(service)/\(call.parameter("name"))")
        let body = try await call.request.value(SecretBody.self)
        let name = try await secretName(service, body.environment, call.parameter("name"))
        try await parts.secrets.set(name, SecretText(body.value), by: call.identity.user)
        return .done
    }

    private func removeSecret(_ call: Call) async throws -> Answer {
        try call.request.allowQuery(["environment", "force"])
        let name = try SecretName(
            try serviceName(call), Self.environment(call.request.query("environment")), call.parameter("name")
        )
        try await acting(call).removeSecret(
            name, isForced: try call.request.flag("force"),
            from: call.store.map { parts.secrets.acting(through: $0) } ?? parts.secrets, by: call.identity)
        return .done
    }

    /// A secret for a service or an environment that is not there would wait for ever to be used.
    func secretName(
        _ service: ServiceName, _ environment: String?, _ variable: String
    ) async throws -> SecretName {
        _ = try await store.require(StoredRepository.self, service.path)
        let environment = Self.environment(environment)
        let known = try await store.require(StoredPlatform.self, StoredPlatform.name).spec.environments
        if let environment, !known.contains(where: { $0.name == environment }) {
            throw GantryError(
                .invalid, "there is no environment \(environment)",
                hint: "the platform has \(known.map(\.name.text).joined(separator: ", ")); * means all")
        }
        return try SecretName(service, environment, variable)
    }

    static func environment(_ text: String?) -> EnvironmentName? {
        text == everywhere ? nil : text.map { EnvironmentName($0) }
    }
}
