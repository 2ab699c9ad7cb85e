import GantryBase
import Model

/// Which workloads have a secret among those they are given, so that a person is told what setting it does.
enum SecretUse: Equatable {
    case nothingRuns
    case notNamed
    case given(workloads: Int, instances: Int)

    static func find(
        _ secret: String, of service: ServiceName, in environment: String?, _ client: APIClient
    ) async throws -> SecretUse {
        let place = environment.flatMap { $0 == "*" ? nil : $0 }.map { [("label.environment", $0)] } ?? []
        let workloads: [ObjectView<StoredWorkload>] = try await client.all(
            "/v1/workloads", [("prefix", "\(service)/")] + place)
        guard !workloads.isEmpty else { return .nothingRuns }
        // Regions of an environment with the same release have the same spec.
        var known: [String: Bool] = [:]
        var (given, instances) = (0, 0)
        for workload in workloads {
            guard let name = WorkloadName(path: workload.name) else { continue }
            let key = "\(name.environment) \(workload.spec.release)"
            var isGiven = known[key]
            if isGiven == nil { isGiven = try await client.effective(name).secrets.contains(secret) }
            known[key] = isGiven
            guard isGiven == true else { continue }
            given += 1
            instances += workload.spec.replicas
        }
        return given == 0 ? .notNamed : .given(workloads: given, instances: instances)
    }

    func text(_ secret: String) -> String {
        switch self {
        case .nothingRuns: "nothing of the service runs yet that could be given it"
        case .notNamed:
            "no release that runs asks for it: write `secrets: [\(secret)]` in service.yaml and push"
        case .given(let workloads, let instances):
            "\(Self.count(instances, "instance")) of \(Self.count(workloads, "workload")) "
                + "\(instances == 1 ? "is" : "are") replaced one by one"
        }
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }
}
