import GantryBase
import Model
import Yams

/// What the command line reads of a workload's effective spec, as `gantry render` prints it.
struct EffectiveView: Sendable {
    var scale = ScaleSpec()
    /// Names of the secrets that its instances are given.
    var secrets: [String] = []

    init(yaml: String) throws {
        let root = try Yams.compose(yaml: yaml)?.mapping
        if let scale = root?["scale"]?.mapping {
            self.scale.min = scale["min"]?.int ?? self.scale.min
            self.scale.max = scale["max"]?.int ?? max(self.scale.min, self.scale.max)
        }
        secrets = root?["secrets"]?.sequence?.compactMap(\.string) ?? []
    }
}

extension APIClient {
    func effective(_ workload: WorkloadName) async throws -> EffectiveView {
        let bytes = try await send("GET", "/v1/workloads/\(workload)/render")
        return try EffectiveView(yaml: String(decoding: bytes, as: UTF8.self))
    }
}
