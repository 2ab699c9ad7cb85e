import Access
import Console
import ControlPlane
import GantryBase
import Model
import State

// One service.
extension Routes {
    func servicePage(_ call: PageCall) async throws -> ServicePage {
        let name = try name(ServiceName.self, call.parameter("service"))
        try await requireView(name, call, "repository.get", name.path)
        let repository = try await store.require(StoredRepository.self, name.path)
        let platform = try await platform()
        var page = ServicePage(name, operate: try await permission(.operate, on: name.business, call))
        page.head = repository.status.heads.values.max { $0.at < $1.at }
        page.workloads = try await standings(of: name)
        let environments = Set(page.workloads.map(\.name.environment))
        let regions = Set(page.workloads.map(\.name.region))
        page.environments =
            platform?.environments.map(\.name).filter(environments.contains) ?? environments.sorted()
        page.regions = platform?.regions.map(\.name).filter(regions.contains) ?? regions.sorted()
        let prefix = name.path + "/"
        page.runs = .items(
            try await recent(StoredRun.self, prefix: prefix, limit: Self.shortRows, call).objects.map {
                RunSummary($0.spec, $0.status)
            })
        page.rollouts = .items(
            try await recent(StoredRollout.self, prefix: prefix, limit: Self.shortRows, call).objects.map {
                RolloutSummary($0.spec, $0.status)
            })
        let releases = try await recent(StoredRelease.self, prefix: prefix, limit: Self.shortRows, call)
            .objects
        page.releases = .items(releases.map { Self.summary($0.spec, page.workloads) })
        if let spec = releases.first?.spec.definition.environments.max(by: { $0.key < $1.key })?.value {
            (page.owner, page.language, page.callees) = (spec.owner, spec.language.description, spec.calls)
        }
        let scheme = desk.cookies.areSecure ? "https" : "http"
        page.cloneAddress = call.request.authority.map { "\(scheme)://\($0)/git/\(name)" }
        return page
    }

    /// How the workloads of a service fare, as State has them now.
    func standings(of service: ServiceName) async throws -> [WorkloadStanding] {
        let prefix = service.path + "/"
        let overrides = Set(try await store.all(StoredOverride.self, prefix: prefix).map(\.name))
        return try await store.all(StoredWorkload.self, prefix: prefix).compactMap { stored in
            WorkloadName(path: stored.name).map {
                WorkloadStanding(
                    $0, stored.spec, stored.status, isOverridden: overrides.contains(stored.name))
            }
        }
    }

    /// A release with the environments that want it, in their order.
    static func summary(_ release: Release, _ workloads: [WorkloadStanding]) -> ReleaseSummary {
        var environments: [EnvironmentName] = []
        for workload in workloads where workload.release == release.name {
            if !environments.contains(workload.name.environment) {
                environments.append(workload.name.environment)
            }
        }
        return ReleaseSummary(release, environments: environments)
    }

    func rollBack(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let name = try name(ServiceName.self, call.parameter("service"))
        do {
            let environment = EnvironmentName(try fields.required("environment"))
            let number = try fields["release"].map { text throws(GantryError) in
                guard let number = Int(text) else {
                    throw GantryError(.invalid, "\(text) is no release", hint: "choose one of the list")
                }
                return number
            }
            let rollout = try await operations.rollback(name, in: environment, to: number, by: call.identity)
            guard let rolloutName = RolloutName(path: rollout.name) else {
                return .seeOther(Address.service(name))
            }
            return .seeOther(
                Address.rollout(rolloutName), notice: Phrase("The rollback has begun", "回滚已开始"),
                for: call.context,
                desk.cookies)
        } catch let error as GantryError where error.code != .unauthenticated && error.code != .forbidden {
            return .page(
                try await servicePage(call).render(call.context, failure: error),
                Problem.status(of: error.code))
        }
    }
}
