import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import Planning
import State
import Wire

extension Routes {
    var services: [Route] {
        [
            .signedIn(.post, "/v1/services", createService),
            .signedIn(.post, "/v1/validate", validate),
            .signedIn(.post, "/v1/plan", plan),
            .signedIn(.post, "/v1/services/{service:2}/rollback", rollback),
        ]
    }

    struct NewService: BodyValue {
        static let members: Set = ["service"]
        var service: ServiceName
    }

    private func createService(_ call: Call) async throws -> Answer {
        let body = try await call.request.value(NewService.self)
        let repository = try await acting(call).createService(body.service, by: call.identity)
        return try .object(repository, .created).with(.location, "/v1/repositories/\(body.service)")
    }

    struct ServiceText: BodyValue {
        static let members: Set = ["service", "yaml", "file"]
        var service: ServiceName?
        var yaml: String
        var file: String?
    }

    private func validate(_ call: Call) async throws -> Answer {
        let body = try await call.request.value(ServiceText.self)
        try await operations.require(
            .view, on: body.service?.business, by: call.identity, for: "service.validate",
            body.service?.path ?? "")
        let diagnostics = try await operations.validate(
            body.yaml, file: body.file ?? Self.defaultFile, service: body.service)
        return .json(["diagnostics": .array(diagnostics.map(\.document))])
    }

    private func plan(_ call: Call) async throws -> Answer {
        let body = try await call.request.value(ServiceText.self)
        guard let service = body.service else {
            throw GantryError(
                .invalid, "the body names no service", hint: "\"service\": \"BUSINESS/SERVICE\"")
        }
        try await operations.require(
            .view, on: service.business, by: call.identity, for: "service.plan", service.path)
        let plan = try await operations.plan(
            body.yaml, file: body.file ?? Self.defaultFile, service: service)
        return .json([
            "changes": .array(plan.changes.map(\.document)),
            "text": .string(PlanText.render(plan.changes, colour: false)),
            "diagnostics": .array(plan.diagnostics.map(\.document)),
        ])
    }

    private static let defaultFile = "service.yaml"

    struct Rollback: BodyValue {
        static let members: Set = ["environment", "release"]
        var environment: EnvironmentName
        var release: Int?
    }

    private func rollback(_ call: Call) async throws -> Answer {
        let service = try serviceName(call)
        let body = try await call.request.value(Rollback.self)
        let rollout = try await acting(call).rollback(
            service, in: body.environment, to: body.release, by: call.identity)
        return try .object(rollout)
    }

    func serviceName(_ call: Call) throws(GantryError) -> ServiceName {
        if let name = ServiceName(path: call.parameter("service")) { return name }
        throw GantryError(.notFound, "\(call.parameter("service")) is no service")
    }
}

extension WorkloadChange {
    /// `{"name", "kind", "planned"? or "fields"?, "override"?}`
    var document: JSONValue {
        var document: JSONValue = ["name": .string(name.path)]
        switch kind {
        case .create(let planned):
            document["kind"] = "create"
            document["planned"] = planned.document
        case .remove(let planned):
            document["kind"] = "remove"
            document["planned"] = planned.document
        case .update(let fields):
            document["kind"] = "update"
            document["fields"] = .array(
                fields.map { field in
                    var item: JSONValue = ["path": .string(field.path)]
                    item["before"] = field.before.map { .string($0) }
                    item["after"] = field.after.map { .string($0) }
                    return item
                })
        case .overridden: document["kind"] = "overridden"
        }
        if let override {
            var held: JSONValue = [
                "replicas": .integer(Int64(override.replicas)), "author": .string(override.author.text),
                "createdAt": .string(override.createdAt.description),
            ]
            held["until"] = override.until.map { .string($0.description) }
            document["override"] = held
        }
        return document
    }
}

extension PlannedWorkload {
    var document: JSONValue {
        var document: JSONValue = [
            "cluster": .string(cluster.text), "replicas": .integer(Int64(effectiveReplicas)),
        ]
        document["release"] = release.map { .string($0) }
        return document
    }
}
