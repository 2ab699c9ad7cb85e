import GantryBase
import Model
import State
import Testing
import Wire

@testable import API

@Suite struct ListTests {
    private static func fill(_ server: TestServer) async throws {
        try await server.applyPlatform()
        for business in ["yidian", "yisheng"] {
            for number in 10..<17 {
                try await server.workload(
                    "\(business)/s\(number)/production/guangzhou", instances: ["b", "a", "c"],
                    labels: ["half": number % 2 == 0 ? "even" : "odd"])
            }
        }
    }

    private static func pages(_ server: TestServer, _ target: String, _ token: String) async throws
        -> [String]
    {
        var (names, after) = ([String](), String?.none)
        repeat {
            let more = after.map { "&after=\($0)" } ?? ""
            let reply = try await server.call("GET", target + more, token: token)
            guard reply.status == 200 else { throw ClientFault(description: reply.text) }
            names += reply.names
            after = reply.json["next"]?.stringValue
        } while after != nil
        return names
    }

    @Test func pagesShowEachObjectOnceToThoseWhoMaySeeIt() async throws {
        try await TestServer.with { server in
            try await Self.fill(server)
            let (admin, viewer) = (try await server.admin(), try await server.token("vic"))
            let all =
                (10..<17).map { "yidian/s\($0)/production/guangzhou" }
                + (10..<17).map { "yisheng/s\($0)/production/guangzhou" }
            for limit in [1, 3, 7, 100] {
                let target = "/v1/workloads?limit=\(limit)"
                #expect(try await Self.pages(server, target, admin) == all)
                #expect(try await Self.pages(server, target, viewer) == Array(all.prefix(7)))
                let recent = target + "&order=recent"
                #expect(try await Self.pages(server, recent, admin) == all.reversed())
                #expect(try await Self.pages(server, recent, viewer) == all.prefix(7).reversed())
            }
            let even = try await Self.pages(server, "/v1/workloads?limit=2&label.half=even&prefix=yi", admin)
            #expect(even == all.filter { "02468".contains($0.split(separator: "/")[1].last ?? "x") })
            #expect(try await Self.pages(server, "/v1/workloads?prefix=yisheng/", viewer).isEmpty)
            #expect(try await Self.pages(server, "/v1/workloads?prefix=yidian/s12", viewer).count == 1)
            let one = try await server.call("GET", "/v1/workloads/\(all[0])", token: viewer)
            #expect(one.json["spec"]?["cluster"]?.stringValue == "local")
            #expect(one.json["kind"]?.stringValue == "workload")
            #expect(one.json["status"]?["instances"]?.arrayValue?.count == 3)
        }
    }

    @Test func instancesArePagedOverTheirWorkloads() async throws {
        try await TestServer.with { server in
            try await Self.fill(server)
            let viewer = try await server.token("vic")
            let all = (10..<17).flatMap { number in
                ["a", "b", "c"].map { "yidian/s\(number)/production/guangzhou/\($0)" }
            }
            for limit in [1, 2, 3, 5, 100] {
                #expect(try await Self.pages(server, "/v1/instances?limit=\(limit)", viewer) == all)
            }
            let prefix = "yidian/s12/production/guangzhou/"
            #expect(try await Self.pages(server, "/v1/instances?limit=2&prefix=\(prefix)", viewer).count == 3)
            #expect(try await Self.pages(server, "/v1/instances?prefix=\(prefix)b", viewer) == [prefix + "b"])
            let odd = try await Self.pages(server, "/v1/instances?limit=4&label.half=odd", viewer)
            #expect(odd.count == 9)
            let one = try await server.call("GET", "/v1/instances/\(prefix)b", token: viewer)
            #expect(one.json["status"]?["phase"]?.stringValue == "ready")
            #expect(one.json["spec"]?["replicas"]?.integerValue == 2)
            #expect(try await server.call("GET", "/v1/instances/\(prefix)z", token: viewer).status == 404)
        }
    }

    @Test func aScopeIsTheRangesOfTheVisibleBusinesses() {
        func prefixes(_ prefix: String, _ businesses: [BusinessName]?) -> [String] {
            ListScope(prefix: prefix, businesses: businesses).prefixes
        }
        #expect(prefixes("x", nil) == ["x"])
        #expect(prefixes("", ["b", "a", "a-b"]) == ["a-b/", "a/", "b/"])
        #expect(prefixes("a", ["b", "a", "a-b"]) == ["a-b/", "a/"])
        #expect(prefixes("a/s", ["b", "a", "a-b"]) == ["a/s"])
        #expect(prefixes("c/", ["b", "a"]).isEmpty)
    }
}
