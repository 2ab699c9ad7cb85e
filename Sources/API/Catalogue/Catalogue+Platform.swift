import GantryBase
import HTTPTypes
import Model

extension Catalogue {
    struct Applied: Decodable, Sendable {
        var changes: String
        var diagnostics: [Diagnostic]
    }

    struct BoundRegion: Decodable, Sendable {
        var environment: EnvironmentName
        var region: RegionName
        var cluster: ClusterName
        var frontDoor: String?
    }

    static var platform: [Operation] {
        [
            Operation(
                .put, "/v1/platform", "Make a platform.yaml the platform", verb: "apply",
                query: [
                    .flag("dry-run", "only tell what would change"),
                    .text("file", "what diagnostics call the file"),
                ], body: .yaml, answer: .value(Applied.self), right: "managePlatform",
                errors: [.conflict], guardedKind: StoredPlatform.kind),
            Operation(
                .get, "/v1/regions", "List where each environment runs", verb: "get regions",
                answer: .items(BoundRegion.self), right: "view"),
        ]
    }
}
