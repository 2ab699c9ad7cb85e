import Model
import Testing

@testable import RegionProxy

@Suite struct RoutingTests {
    @Test(arguments: [
        ("a.example", "/", "root"), ("A.Example:8080", "/x?y=/docs", "root"),
        ("a.example.", "/docsx", "root"),
        ("a.example", "/docs", "docs"), ("a.example", "/docs/", "docs"), ("a.example", "/docs?x", "docs"),
        ("a.example", "/docs/api/v1", "api"), ("b.example", "/only/x", "only"),
        ("b.example", "/", "unknown path"), ("b.example", "/onlyx", "unknown path"),
        ("c.example", "/", "unknown host"), ("", "/", "unknown host"), ("[::1]:80", "/", "six"),
        ("a.example", "*", "root"),
    ])
    func matchesTheLongestPrefixOfWholeSegments(_ host: String, _ path: String, _ expected: String) {
        let rules = HostRules(
            [
                ("a.example", "/docs", "docs"), ("a.example", "/", "root"),
                ("A.example", "/docs/api/", "api"),
                ("b.example", "/only", "only"), ("[::1]", "/", "six"),
            ].map { (host: $0.0, path: $0.1, target: $0.2) })
        let match = Array(host.utf8).withUnsafeBytes { host in
            Array(path.utf8).withUnsafeBytes { rules.match(authority: host, path: $0) }
        }
        switch match {
        case .found(let target): #expect(target == expected)
        case .unknownHost: #expect(expected == "unknown host")
        case .unknownPath: #expect(expected == "unknown path")
        }
    }

    @Test(arguments: [
        ("/a/../b", true), ("/..", true), ("/.", true), ("/a/%2e%2E/b", true), ("/a/.%2e", true),
        ("/a..b", false), ("/a/...", false), ("/.well-known/x", false), ("/a?x=/../", false), ("/", false),
        ("/%2", false), ("/%2e", true),
    ])
    func seesDotSegments(_ path: String, _ expected: Bool) {
        #expect(Array(path.utf8).withUnsafeBytes { RoutedPath.hasDotSegment($0) } == expected)
    }

    @Test func takesReadyRecordsOfTheRegionAlone() throws {
        func record(_ id: String, _ region: RegionName, _ state: EndpointRecord.State) -> EndpointRecord {
            let workload = WorkloadName(ServiceName("yidian", "article"), "production", region)
            return EndpointRecord(
                instance: InstanceName(workload, id),
                ports: [
                    PortBinding(name: "http", transport: .http, host: "127.0.0.1", port: 1),
                    PortBinding(name: "named", transport: .http, host: "no.address", port: 1),
                ],
                state: state, agent: ProcessIdentity(pid: 1, startTicks: 1))
        }
        let table = EndpointTable(
            [
                record("b", "guangzhou", .ready), record("a", "guangzhou", .ready),
                record("c", "guangzhou", .draining), record("d", "nanjing", .ready),
            ], region: "guangzhou")
        #expect(table.readyInstances == 2)
        let key = RouteKey(ServiceName("yidian", "article"), "production", "http")
        let instances = try #require(table.endpoints[key]).map(\.instance)
        #expect(instances.map { $0.suffix(1) } == ["a", "b"])
        #expect(table.endpoints.count == 1)
    }

    @Test func balancesEvenlyAndAwayFromLoadAndFailure() throws {
        var balancer = Balancer()
        var counts = [0, 0, 0]
        for number in 0..<300 {
            let pick = balancer.pick(count: 3, avoiding: nil, random: UInt64(number)) { _ in
                Balancer.Candidate(outstanding: 0, ejected: false)
            }
            counts[try #require(pick)] += 1
        }
        #expect(counts == [100, 100, 100])
        for number in 0..<50 {
            let loaded = balancer.pick(count: 2, avoiding: nil, random: UInt64(number)) {
                Balancer.Candidate(outstanding: $0 == 0 ? 5 : 1, ejected: false)
            }
            #expect(loaded == 1)
            let ejected = balancer.pick(count: 3, avoiding: 2, random: UInt64(number)) {
                Balancer.Candidate(outstanding: 0, ejected: $0 == 0)
            }
            #expect(ejected == 1)
            let all = balancer.pick(count: 2, avoiding: 0, random: UInt64(number)) { _ in
                Balancer.Candidate(outstanding: 0, ejected: true)
            }
            #expect(all == 1)
        }
        #expect(
            balancer.pick(count: 0, avoiding: nil, random: 0) { _ in .init(outstanding: 0, ejected: false) }
                == nil)
        #expect(
            balancer.pick(count: 1, avoiding: 0, random: 0) { _ in .init(outstanding: 9, ejected: true) } == 0
        )
    }
}
