import Access
import Clusters
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import NIOCore
import State
import Wire

extension Routes {
    var workloads: [Route] {
        [
            .signedIn(.get, "/v1/workloads/{name:4}/render", render),
            .signedIn(.put, "/v1/workloads/{name:4}/override", setOverride),
            .signedIn(.delete, "/v1/workloads/{name:4}/override") { call in
                try await acting(call).clearOverride(try workloadName(call), by: call.identity)
                return .done
            },
            .signedIn(.get, "/v1/instances/{name:5}/output", output),
        ]
    }

    private func workloadName(_ call: Call) throws(GantryError) -> WorkloadName {
        if let name = WorkloadName(path: call.parameter("name")) { return name }
        throw GantryError(.notFound, "\(call.parameter("name")) is no workload")
    }

    private func render(_ call: Call) async throws -> Answer {
        let name = try workloadName(call)
        try await operations.require(
            .view, on: name.service.business, by: call.identity, for: "workload.render", name.path)
        return .text(try await operations.render(name), type: Answer.yamlType)
    }

    struct OverrideBody: BodyValue {
        static let members: Set = ["replicas", "until"]
        var replicas: Int
        var until: String?
    }

    private func setOverride(_ call: Call) async throws -> Answer {
        let name = try workloadName(call)
        let body = try await call.request.value(OverrideBody.self)
        let override = try await acting(call).setOverride(
            name, replicas: body.replicas, until: try body.until.map { try time($0, "until") },
            by: call.identity)
        return try .object(override)
    }

    /// A time, or how long from now.
    func time(_ text: String, _ member: String) throws(GantryError) -> Timestamp {
        if let time = Timestamp(text) { return time }
        if let period = Period(text), period <= Self.longestPeriod { return parts.time.now() + period }
        throw GantryError(
            .invalid, "\(member): \(text) is neither a time such as 2030-01-31T12:00:00Z nor \(Period.form)",
            hint: "give one of them, at most \(Self.longestPeriod) ahead")
    }

    /// Ten years: what is meant to last longer has no end.
    static let longestPeriod = Period.seconds(3650 * 86_400)

    private func output(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(["lines", "follow"])
        let lines = try request.number("lines", in: 0...limits.outputLines) ?? Self.defaultOutputLines
        let follow = try request.flag("follow")
        let name = try instanceName(call)
        try await operations.require(
            .view, on: name.workload.service.business, by: call.identity, for: "instance.output", name.path)
        let workload = try await store.require(StoredWorkload.self, name.workload.path)
        let driver = try await parts.clusters.driver(workload.spec.cluster)
        guard workload.status.instances.contains(where: { $0.name == name }) else {
            throw GantryError(
                .notFound, "there is no instance \(name)", hint: "gantry get instances lists those there are")
        }
        let stream = driver.output(of: name, lines: lines, follow: follow)
        return try logAnswer(call, of: name.workload.service.business, "instance.output", name.path) { send in
            for try await line in stream { try await send(ByteBuffer(string: line + "\n")) }
        }
    }

    static let defaultOutputLines = 100
}
