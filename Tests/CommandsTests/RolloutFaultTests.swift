import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Commands

extension CommandsTests {
    @Suite struct RolloutFaultTests {
        @Test func aReleaseThatNeverBecomesReadyGoesBackWhileTheOldOneServes() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.deploy(Sample.hello, on: server)
                let before = try await people.ready(2)
                let load = Load.start(try await people.door())
                try await git.commit(Sample.hello, .init(behaviour: "never-ready", deadline: "5s"))
                try await git.push()
                let run = try await people.developer.halted(Sample.hello)
                let count = await load.stop()
                try run.require(.failed)
                let reason = run.status.reason ?? ""
                #expect(reason.contains("no progress for 5s"), "\(reason)")
                #expect(reason.contains("the pool of connections is empty"), "the last log lines: \(reason)")
                #expect(reason.contains("back on release 1"), "\(reason)")
                #expect(count.isClean, "\(count.text)")
                let after = try await people.ready(2)
                #expect(Set(after.map(\.name)) == Set(before.map(\.name)), "the old instances were kept")
                let shown = try await Shell.gantry(
                    ["run", "show", run.name], server: await server.address, token: await server.token)
                #expect(shown.output.contains("the pool of connections is empty"), "\(shown)")
            }
        }

        @Test func aCrashLoopOnAFirstRolloutFailsWithTheReasonAndIsTakenAway() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.begin(Sample.hello, on: server, .init(behaviour: "crash"))
                try await git.push()
                let run = try await people.developer.halted(Sample.hello)
                try run.require(.failed)
                let reason = run.status.reason ?? ""
                #expect(reason.contains("again and again"), "\(reason)")
                #expect(reason.contains("cannot find the table of doctors"), "\(reason)")
                #expect(reason.contains("taken away"), "\(reason)")
                _ = try await eventually("nothing of it runs") {
                    server.processes("BEHAVIOUR=crash").isEmpty ? true : nil
                }
                // Mended, it runs: a failed first rollout leaves nothing in the way.
                try await git.commit(Sample.hello, .init())
                try await git.push()
                try await people.developer.halted(Sample.hello).require(.waiting)
                try await takePort(git, people)
            }
        }

        /// Two instances want one port that is not theirs: the second cannot have it, and says so.
        private func takePort(_ git: LocalGit, _ people: DemoPeople) async throws {
            let port = try freePort()
            try await git.commit(Sample.hello, .init(behaviour: "port-\(port)", deadline: "8s"))
            try await git.push()
            let run = try await people.developer.halted(Sample.hello)
            try run.require(.failed)
            let reason = run.status.reason ?? ""
            #expect(reason.contains("Address already in use"), "\(reason)")
            #expect(try await people.ready(2).allSatisfy { $0.release.number == 2 })
        }

        @Test func aClientThatHoldsAddressesForTheDiscoveryTimeLosesNothingInAnUpdate() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.deploy(Sample.hello, on: server, .init(discovery: "long"))
                let book = AddressBook(server: server, heldFor: .seconds(3))
                let loads = (0..<3).map { _ in Load.start(to: { await book.next() }) }
                try await git.commit(
                    Sample.hello, .init(instances: 2, discovery: "long", extra: "owner: [a]"))
                try await git.push()
                let run = try await people.developer.halted(Sample.hello)
                try await Task.sleep(for: .seconds(1))
                for load in loads {
                    let count = await load.stop()
                    #expect(count.isClean && count.sent > 50, "\(count.text)")
                }
                try run.require(.waiting)
                #expect(try await people.ready(2).allSatisfy { $0.release.number == 2 })
            }
        }
    }
}

/// A caller's route cache: looks up who is ready, then goes on using it for as long as its discovery system allows.
actor AddressBook {
    private let server: RunningServer
    private let heldFor: Duration
    private var addresses: [String] = []
    private var readAt: ContinuousClock.Instant?
    private var turn = 0

    init(server: RunningServer, heldFor: Duration) { (self.server, self.heldFor) = (server, heldFor) }

    func next() -> FrontDoor? {
        let now = ContinuousClock.now
        if readAt.map({ now - $0 > heldFor }) ?? true || addresses.isEmpty {
            addresses = server.endpoints().filter { $0.state == .ready }.compactMap { record in
                record.ports.first.map { "\($0.host):\($0.port)" }
            }
            readAt = now
        }
        guard !addresses.isEmpty else { return nil }
        turn += 1
        return FrontDoor(address: addresses[turn % addresses.count], host: "hello")
    }
}

/// A port that nobody has, and that the kernel gives to no outgoing connection meanwhile.
func freePort() throws -> Int {
    for port in 18_000..<19_000 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if bound == 0 { return port }
    }
    throw GantryError(.unavailable, "no port is free")
}
