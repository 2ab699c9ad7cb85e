import Clusters
import GantryBase
import Model
import Supervision

// Stable addresses, the proxies' plans, and the proxies.
extension LocalCluster {
    /// Gives a workload and its callees their addresses, and lets the region's proxy know.
    func route(_ target: WorkloadTarget, revision: Int) async throws(GantryError) {
        let ports = ports
        let name = target.name
        let numbers = try await blocking { () throws(GantryError) in
            var own: [Int] = []
            for port in target.spec.ports {
                own.append(try ports.stable(StableUse.port(port.name, of: target.spec, name)))
            }
            var callees: [ServiceName: Int] = [:]
            for callee in target.spec.calls {
                let workload = WorkloadName(callee, name.environment, name.region)
                callees[callee] = try ports.stable(StableUse.first(workload))
            }
            let door =
                target.spec.expose.isEmpty
                ? nil : try ports.stable(StableUse.frontDoor(name.environment, name.region))
            return (own: own, callees: callees, door: door)
        }
        try await openRegion(name.region)
        // A later call has said something else meanwhile.
        guard workloads[name]?.revision == revision, workloads[name]?.target != nil else { return }
        regions[name.region]?.book.set(target, ports: numbers.own)
        for (callee, port) in numbers.callees {
            regions[name.region]?.book.reserve(callee, name.environment, port: port)
        }
        if let door = numbers.door { regions[name.region]?.book.openDoor(name.environment, port: door) }
        try await writeRoutes(name.region)
    }

    /// Takes a removed workload's routes away, but for what its callers were told.
    func unroute(_ name: WorkloadName) async {
        guard regions[name.region] != nil else { return }
        regions[name.region]?.book.remove(name)
        let isCalled = workloads.contains { other, workload in
            other.region == name.region && other.environment == name.environment
                && workload.target?.spec.calls.contains(name.service) == true
        }
        if isCalled, let port = ports.known(StableUse.first(name)) {
            regions[name.region]?.book.reserve(name.service, name.environment, port: port)
        }
        do throws(GantryError) {
            try await writeRoutes(name.region)
        } catch {
            // The tick tries again; until then the proxy answers that nothing is available.
        }
    }

    func openRegion(_ name: RegionName) async throws(GantryError) {
        guard regions[name] == nil else { return }
        let folder = folders.region(name)
        let stored = try await blocking { () throws(GantryError) in
            try folder.make()
            return StoredFile.read(RoutePlan.self, folder.routes)
        }
        guard regions[name] == nil else { return }
        regions[name] = LocalRegion(
            folder: folder, book: RouteBook(region: name, endpoints: folder.endpoints, stored: stored),
            written: stored, proxy: RegionProxyKeeper(folder: folder, agent: agent))
    }

    /// Replaces the file when it would say something else. One write at a time, so that none overtakes another.
    func writeRoutes(_ name: RegionName) async throws(GantryError) {
        guard regions[name]?.isWriting == false else { return }
        regions[name]?.isWriting = true
        defer { regions[name]?.isWriting = false }
        while let region = regions[name], region.book.plan != region.written {
            let (plan, path) = (region.book.plan, region.folder.routes)
            try await blocking { () throws(GantryError) in try StoredFile.write(plan, to: path, mode: 0o600) }
            regions[name]?.written = plan
        }
        if let region = regions[name], !region.book.isEmpty, isOpen { await region.proxy.keep() }
    }

    /// What keeps a workload from being reached though its instances are ready.
    func routeProblem(_ name: WorkloadName) -> String? {
        guard let region = regions[name.region] else { return nil }
        for address in region.book.addresses(of: name) {
            if let reason = region.failures[address] {
                return "the address \(address) of \(name.service) in \(name.region) is not served: \(reason)"
            }
        }
        return nil
    }

    /// Learns which addresses the proxies cannot serve, and tries again what could not be written.
    func lookAtRegions() async {
        for name in Array(regions.keys) {
            guard let region = regions[name] else { continue }
            let path = region.folder.report
            let report = try? await blocking { () throws(GantryError) in
                StoredFile.read(ProxyReport.self, path)
            }
            var failures = report?.failures ?? [:]
            if let problem = await region.proxy.problem {
                for route in region.book.plan.services {
                    failures["\(route.listenHost):\(route.listenPort)"] = problem
                }
            }
            if failures != region.failures {
                regions[name]?.failures = failures
                for workload in workloads.keys where workload.region == name { feed.tell(workload) }
            }
            try? await writeRoutes(name)
        }
    }
}
