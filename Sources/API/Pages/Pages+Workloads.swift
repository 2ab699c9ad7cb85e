import Access
import Clusters
import Console
import ControlPlane
import GantryBase
import Model
import State

extension Routes {
    var workloadPages: [Route] {
        [
            .page("/workloads/{name:4}") { call in .page(try await workloadPage(call), call) },
            .page("/workloads/{name:4}/part") { call in .part(try await workloadPage(call), call) },
            .form("/workloads/{name:4}/scale", scale), .form("/workloads/{name:4}/unscale", unscale),
            .page("/instances/{name:5}") { call in .page(try await instancePage(call), call) },
            .page("/instances/{name:5}/part") { call in .part(try await instancePage(call), call) },
            .page("/instances/{name:5}/output", followOutput),
        ]
    }

    /// Lines of its output that a page of an instance begins with.
    private static let outputLines = 200

    private func workloadPage(_ call: PageCall) async throws -> WorkloadPage {
        let name = try name(WorkloadName.self, call.parameter("name"))
        try await requireView(name.service, call, "workload.get", name.path)
        let stored = try await store.require(StoredWorkload.self, name.path)
        var page = WorkloadPage(
            name, stored.spec, stored.status,
            operate: try await permission(.operate, on: name.service.business, call))
        page.override = try await store.get(StoredOverride.self, name.path)?.spec
        // A cluster that does not answer keeps no page back.
        let driver = try? await parts.clusters.driver(stored.spec.cluster)
        page.frontDoor = (try? await driver?.frontDoor(name.environment, name.region)) ?? nil
        return page
    }

    private func scale(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let name = try name(WorkloadName.self, call.parameter("name"))
        return try await sent(call, to: Address.workload(name), notice: Phrase("Scaled by hand", "已手动扩缩")) {
            guard let replicas = Int(try fields.required("replicas")) else {
                throw GantryError(
                    .invalid, "the number of instances is no number", hint: "give one such as 3")
            }
            _ = try await operations.setOverride(
                name, replicas: replicas, until: try fields["until"].map { try time($0, "until") },
                by: call.identity)
        } again: {
            try await workloadPage(call)
        }
    }

    private func unscale(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let name = try name(WorkloadName.self, call.parameter("name"))
        return try await sent(call, to: Address.workload(name), notice: Phrase("Cleared", "已解除")) {
            try await operations.clearOverride(name, by: call.identity)
        } again: {
            try await workloadPage(call)
        }
    }

    private func instance(_ call: PageCall, _ action: String) async throws -> (
        Stored<StoredWorkload>, InstanceStatus
    ) {
        let name = try name(InstanceName.self, call.parameter("name"))
        try await requireView(name.workload.service, call, action, name.path)
        let stored = try await store.require(StoredWorkload.self, name.workload.path)
        guard let instance = stored.status.instances.first(where: { $0.name == name }) else {
            throw GantryError(
                .notFound, "there is no instance \(name)",
                hint: "it was replaced, as after a rollout; its workload lists those there are")
        }
        return (stored, instance)
    }

    private func instancePage(_ call: PageCall) async throws -> InstancePage {
        let (stored, instance) = try await instance(call, "instance.get")
        let release = try await store.get(StoredRelease.self, instance.release.path)?.spec
        var page = InstancePage(
            instance, health: release?.definition.environments[instance.name.workload.environment]?.health,
            isLive: instance.phase != .stopped && instance.phase != .lost)
        if !page.isLive { page.output = await lastOutput(of: instance.name, on: stored.spec.cluster) }
        return page
    }

    private func lastOutput(of name: InstanceName, on cluster: ClusterName) async -> Listed<String> {
        do {
            var lines: [String] = []
            let driver = try await parts.clusters.driver(cluster)
            for try await line in driver.output(of: name, lines: Self.outputLines, follow: false) {
                lines.append(LogText.plain(line))
            }
            return .items(lines)
        } catch let error as GantryError {
            return .failed(error)
        } catch {
            return .failed(
                GantryError(.unavailable, "the cluster \(cluster) did not say what it wrote", cause: error))
        }
    }

    private func followOutput(_ call: PageCall) async throws -> Answer {
        try call.request.allowQuery([])
        let (stored, instance) = try await instance(call, "instance.output")
        let driver = try await parts.clusters.driver(stored.spec.cluster)
        // A browser that was cut off has the earlier lines.
        let lines = EventStream.place(of: call.request) == nil ? Self.outputLines : 0
        let stream = driver.output(of: instance.name, lines: lines, follow: true)
        let name = instance.name
        let events = EventStream(context: call.context)
        return try eventStream(call, of: name.workload.service.business, "instance.output", name.path) {
            send in
            for try await line in stream { try await send(events.append([line], place: 1)) }
        }
    }
}
