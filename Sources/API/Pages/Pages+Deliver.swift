import Access
import Console
import ControlPlane
import GantryBase
import Model
import State

// Releases and rollouts.
extension Routes {
    var deliverPages: [Route] {
        [
            .page("/releases", listReleases), .page("/releases/{service:2}", listReleases),
            .page("/releases/{name:3}", releasePage), .page("/rollouts", listRollouts),
            .page("/rollouts/{name:3}") { call in .page(try await rolloutPage(call), call) },
            .page("/rollouts/{name:3}/part") { call in .part(try await rolloutPage(call), call) },
        ]
    }

    private func listReleases(_ call: PageCall) async throws -> Answer {
        let service =
            call.parameter("service").isEmpty ? nil : try name(ServiceName.self, call.parameter("service"))
        if let service { try await requireView(service, call, "release.list", service.path) }
        let after = call.request.query("after")
        let (objects, next) = try await recent(
            StoredRelease.self, prefix: service.map { $0.path + "/" } ?? "", after: after, call)
        var workloads: [ServiceName: [WorkloadStanding]] = [:]
        if let service {
            workloads[service] = try await standings(of: service)
        } else {
            let shown = Set(objects.map(\.spec.name.service))
            for entry in try await visible(call, for: "release.list").1 where shown.contains(entry.name) {
                workloads[entry.name] = entry.workloads
            }
        }
        let items = objects.map { Self.summary($0.spec, workloads[$0.spec.name.service] ?? []) }
        var page = ReleasesPage(.items(items), service: service)
        page.listPlace = ListPlace(
            firstAddress: after == nil ? nil : page.address(),
            nextAddress: next.map { page.address(after: $0) })
        return .page(page, call)
    }

    private func releasePage(_ call: PageCall) async throws -> Answer {
        let name = try name(ReleaseName.self, call.parameter("name"))
        try await requireView(name.service, call, "release.get", name.path)
        let release = try await store.require(StoredRelease.self, name.path).spec
        let workloads = try await standings(of: name.service).filter { $0.release == name }
        return .page(
            ReleasePage(
                release, workloads: workloads,
                operate: try await permission(.operate, on: name.service.business, call)),
            call)
    }

    private func listRollouts(_ call: PageCall) async throws -> Answer {
        let show = call.request.query("state").flatMap(RolloutsPage.Show.init) ?? .all
        let service = try service(in: call)
        let after = call.request.query("after")
        let (objects, next) = try await recent(
            StoredRollout.self, prefix: service.map { $0.path + "/" } ?? "",
            labels: show == .active ? [Label.active: "true"] : [:], after: after, call)
        var page = RolloutsPage(
            .items(objects.map { RolloutSummary($0.spec, $0.status) }), service: service, show: show)
        page.listPlace = ListPlace(
            firstAddress: after == nil ? nil : page.address(),
            nextAddress: next.map { page.address(after: $0) })
        return .page(page, call)
    }

    private func rolloutPage(_ call: PageCall) async throws -> RolloutPage {
        let name = try name(RolloutName.self, call.parameter("name"))
        try await requireView(name.service, call, "rollout.get", name.path)
        let stored = try await store.require(StoredRollout.self, name.path)
        let workloads = try await standings(of: name.service).filter {
            $0.name.environment == stored.spec.environment
        }
        return RolloutPage(stored.spec, stored.status, workloads: workloads)
    }
}
