import Access
import Console
import ControlPlane
import GantryBase
import Model
import State

extension Routes {
    var servicePages: [Route] {
        [
            .page("/businesses", businesses), .page("/services", listServices),
            .page("/services/{service:2}") { call in .page(try await servicePage(call), call) },
            .page("/services/{service:2}/part") { call in .part(try await servicePage(call), call) },
            .form("/services/{service:2}/rollback", rollBack),
            .page("/workloads", listWorkloads),
        ]
    }

    private func businesses(_ call: PageCall) async throws -> Answer {
        let (_, services) = try await visible(call, for: "business.list")
        let byBusiness = Dictionary(grouping: services, by: \.name.business)
        let platform = try await platform()
        let visible = try await visibleBusinesses(call.call, for: "business.list", "").map(Set.init)
        let entries = (platform?.businesses ?? []).filter { visible?.contains($0.name) ?? true }.map {
            business in
            let services = byBusiness[business.name] ?? []
            let workloads = services.flatMap(\.workloads)
            return BusinessesPage.Entry(
                business.name, label: business.title, services: services.count, workloads: workloads.count,
                readyWorkloads: workloads.count { $0.condition == .ready || $0.condition == .stopped },
                role: Rights.role(of: call.identity.user, in: business), members: business.members.count,
                pipeline: business.pipeline)
        }
        return .page(BusinessesPage(entries), call)
    }

    private func listServices(_ call: PageCall) async throws -> Answer {
        let request = call.request
        let (_, services) = try await visible(call, for: "service.list")
        let query = request.query("q") ?? ""
        let business = request.query("business").map { BusinessName($0) }
        let show = request.query("show").flatMap(ServicesPage.Show.init) ?? .all
        let found = services.filter { service in
            (business == nil || service.name.business == business)
                && (query.isEmpty || service.name.path.contains(query.lowercased())
                    || service.name.path.contains(query))
        }.map(\.summary).filter { $0.isShown(show) }
        let cut = Cut(found, after: request.query("after"), limit: Self.pageRows, name: \.name.path) {
            [$0]
        }
        var page = ServicesPage(
            .items(cut.items), query: query, business: business,
            businesses: Self.sorted(Set(services.map(\.name.business))), show: show)
        page.listPlace = ListPlace(
            total: found.count, firstAddress: cut.isFirst ? nil : page.address(),
            nextAddress: cut.next.map { page.address(after: $0) })
        return .page(page, call)
    }

    private func listWorkloads(_ call: PageCall) async throws -> Answer {
        let request = call.request
        let (_, services) = try await visible(call, for: "workload.list")
        let environment = request.query("environment").map { EnvironmentName($0) }
        let region = request.query("region").map { RegionName($0) }
        let show = request.query("state").flatMap(WorkloadsPage.Show.init) ?? .all
        let found = services.flatMap { service in
            service.workloads.filter {
                (environment == nil || $0.name.environment == environment)
                    && (region == nil || $0.name.region == region) && $0.isShown(show)
            }
        }
        let cut = Cut(found, after: request.query("after"), limit: Self.pageRows, name: \.name.path) { path in
            // Services come in their order, and the workloads of each in theirs.
            let service = WorkloadName(path: path)?.service.path ?? path
            return [service, path]
        }
        let platform = try await platform()
        var page = WorkloadsPage(
            .items(cut.items), show: show, environment: environment, region: region,
            environments: platform?.environments.map(\.name) ?? [],
            regions: platform?.regions.map(\.name) ?? [])
        page.listPlace = ListPlace(
            total: found.count, firstAddress: cut.isFirst ? nil : page.address(),
            nextAddress: cut.next.map { page.address(after: $0) })
        return .page(page, call)
    }

    private static func sorted(_ names: Set<BusinessName>) -> [BusinessName] { names.sorted() }
}

/// A part of a list in memory, cut behind the name that the part before ended with.
struct Cut<Item> {
    var items: [Item]
    var next: String?
    var isFirst: Bool

    /// - Parameter order: what a name is sorted by, the first first; `all` is in this order.
    init(_ all: [Item], after: String?, limit: Int, name: (Item) -> String, order: (String) -> [String]) {
        var rest = all[...]
        if let after {
            let place = order(after)
            rest = all.drop { item in
                for (own, other) in zip(order(name(item)), place) where own != other {
                    return own.utf8.lexicographicallyPrecedes(other.utf8)
                }
                return true
            }
        }
        items = Array(rest.prefix(limit))
        next = rest.count > limit ? items.last.map(name) : nil
        isFirst = after == nil
    }
}

extension ServiceSummary {
    func isShown(_ show: ServicesPage.Show) -> Bool {
        switch show {
        case .all: true
        case .attention: [.failed, .unready, .lost].contains(condition)
        case .progressing: condition == .progressing
        }
    }
}

extension WorkloadStanding {
    func isShown(_ show: WorkloadsPage.Show) -> Bool {
        switch show {
        case .all: true
        case .attention: needsAttention
        case .progressing: condition == .progressing
        case .ready: condition == .ready
        case .stopped: condition == .stopped
        }
    }
}
