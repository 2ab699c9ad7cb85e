import Access
import Clusters
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State
import Wire

extension Routes {
    var platform: [Route] {
        [
            .signedIn(.put, "/v1/platform", applyPlatform),
            .signedIn(.get, "/v1/regions", listRegions),
        ]
    }

    private func applyPlatform(_ call: Call) async throws -> Answer {
        try call.request.allowQuery(["dry-run", "file"])
        let dryRun = try call.request.flag("dry-run")
        // Before the body is read: who may not apply need not send.
        try await operations.require(
            .managePlatform, on: nil, by: call.identity, for: "platform.apply", StoredPlatform.name)
        try call.request.requireType([Answer.yamlType, "application/x-yaml", "text/yaml", "text/plain"])
        let file = call.request.query("file") ?? "platform.yaml"
        let change = try await acting(call).applyPlatform(
            try await call.request.text(), file: file, dryRun: dryRun, by: call.identity)
        try refuseMistakes(change.diagnostics, file)
        return .json([
            "changes": .string(change.lines.map { $0 + "\n" }.joined()),
            "diagnostics": .array(change.diagnostics.map(\.document)),
        ])
    }

    private func refuseMistakes(_ diagnostics: [Diagnostic], _ what: String) throws {
        let errors = diagnostics.count { $0.severity == .error }
        guard errors > 0 else { return }
        throw RefusedFile(
            error: GantryError(
                .invalid,
                "\(what) has \(errors == 1 ? "a mistake" : "\(errors) mistakes"); nothing has changed",
                hint: "correct what the diagnostics say"),
            diagnostics: diagnostics)
    }

    /// Where each environment runs, in the platform's order, with the address that is asked from outside.
    private func listRegions(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        try await operations.require(.view, on: nil, by: call.identity, for: "region.list", "platform")
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        var items: [JSONValue] = []
        for environment in platform?.environments ?? [] {
            for region in platform?.regions ?? [] {
                guard let cluster = environment.regions[region.name] else { continue }
                var item: JSONValue = [
                    "environment": .string(environment.name.text), "region": .string(region.name.text),
                    "cluster": .string(cluster.text),
                ]
                item["frontDoor"] = await frontDoor(of: environment.name, region.name, on: cluster)
                items.append(item)
            }
        }
        return .json(["items": .array(items)])
    }

    /// Nil also while a cluster does not answer: the rest of the list is worth showing.
    private func frontDoor(
        of environment: EnvironmentName, _ region: RegionName, on cluster: ClusterName
    ) async -> JSONValue? {
        do {
            let driver = try await parts.clusters.driver(cluster)
            return try await driver.frontDoor(environment, region).map { .string($0) }
        } catch {
            return nil
        }
    }
}
