import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import Access

@Suite struct PasswordDoorTests {
    static let wrong = SecretText("not the password at all")

    private static func with(_ body: (Installation, PasswordDoor) async throws -> Void) async throws {
        try await withInstallation { here in
            _ = try await here.users.add("ana", password: PasswordTests.good, isAdmin: false, by: "admin")
            try await body(here, PasswordDoor(users: here.users))
        }
    }

    @Test func whoeverIsRefusedIsToldTheSame() async throws {
        try await Self.with { here, door in
            _ = try await here.users.addServiceAccount("bot", roles: [:], description: nil, by: "admin")
            let long = SecretText(String(repeating: "x", count: 5000))
            var told: Set<String> = []
            for (name, password) in [
                ("ana", Self.wrong), ("nobody", Self.wrong), ("service/bot", Self.wrong), ("", Self.wrong),
                ("ana\n", Self.wrong), ("ana", long), ("ana", SecretText("")),
            ] {
                let error = await error { try await door.signIn(name, password, from: "10.0.0.1") }
                #expect(error?.code == .unauthenticated, "\(name)")
                told.insert("\(error?.message ?? "") \(error?.hint ?? "")")
            }
            #expect(told.count == 1)
            let user = try await door.signIn("ana", PasswordTests.good, from: "10.0.0.1")
            #expect(user.name == "ana")
        }
    }

    @Test func refusalsAndSignInsAreAudited() async throws {
        try await Self.with { here, door in
            _ = await error { try await door.signIn("ana", Self.wrong, from: "10.0.0.1") }
            _ = await error {
                try await door.signIn("my secret in the wrong field", Self.wrong, from: "10.0.0.1")
            }
            _ = try await door.signIn("ana", PasswordTests.good, from: "10.0.0.1")
            let audit = try await here.store.audit(AuditQuery())
            let signIns = audit.filter { $0.action == "user.sign-in" }
            #expect(signIns.count == 3)
            #expect(signIns[0].who == "ana" && signIns[0].allowed)
            #expect(signIns[1].object == "address/10.0.0.1" && !signIns[1].allowed)
            #expect(signIns[2].object == "user/ana" && signIns[2].who == "unknown" && !signIns[2].allowed)
            #expect(!audit.contains { "\($0)".contains("wrong field") || "\($0)".contains("herons") })
        }
    }

    @Test func theAuditLogIsNotFlooded() async throws {
        try await Self.with { here, door in
            for number in 0..<200 {
                _ = await error {
                    try await door.signIn("nobody\(number)", Self.wrong, from: "10.0.\(number).1")
                }
            }
            here.move(by: .minutes(1))
            _ = await error { try await door.signIn("nobody", Self.wrong, from: "10.1.0.1") }
            let refused = try await here.store.audit(AuditQuery(limit: 500)).filter { !$0.allowed }
            #expect(refused.count == FloodBound.recordsPerMinute + 1)
            #expect(refused.first?.detail?.contains("170 more were refused") == true)
        }
    }

    @Test func failuresOfAUserCostMoreAndMoreTimeAndSuccessForgivesThem() async throws {
        try await Self.with { here, door in
            for _ in 0..<AttemptLimits.freePerUser {
                _ = await error { try await door.signIn("ana", Self.wrong, from: "10.0.0.1") }
            }
            // The right password waits, too, and from everywhere.
            let told = await error { try await door.signIn("ana", PasswordTests.good, from: "10.0.0.2") }
            #expect(told?.code == .limit && told?.message.contains("1 s") == true, "\(told?.message ?? "")")
            #expect(door.wait("ana", from: "10.0.0.2") == .seconds(1))
            #expect(door.wait("bob", from: "10.0.0.2") == nil)
            here.move(by: .seconds(1))
            _ = await error { try await door.signIn("ana", Self.wrong, from: "10.0.0.1") }
            #expect(door.wait("ana", from: "10.0.0.1") == .seconds(2))
            here.move(by: .seconds(2))
            _ = try await door.signIn("ana", PasswordTests.good, from: "10.0.0.1")
            #expect(door.wait("ana", from: "10.0.0.1") == nil)
            _ = await error { try await door.signIn("ana", Self.wrong, from: "10.0.0.1") }
            #expect(door.wait("ana", from: "10.0.0.1") == nil)
        }
    }

    @Test func attemptsMadeAtOnceGainNothing() async throws {
        try await Self.with { _, door in
            let codes = await withTaskGroup(of: GantryError.Code?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await error { try await door.signIn("ana", Self.wrong, from: "10.0.0.1") }?.code
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == .unauthenticated } == AttemptLimits.freePerUser)
            #expect(codes.count { $0 == .limit } == 20 - AttemptLimits.freePerUser)
        }
    }

    @Test func changingAPasswordTakesTheCurrentOne() async throws {
        try await Self.with { here, door in
            let new = SecretText("eleven grey cranes in the fog")
            let refused = await error {
                try await door.change(of: "ana", from: Self.wrong, to: new, address: "10.0.0.1")
            }
            #expect(refused?.code == .unauthenticated)
            let weak = await error {
                try await door.change(
                    of: "ana", from: PasswordTests.good, to: SecretText("password1234"), address: "10.0.0.1")
            }
            #expect(weak?.code == .invalid)
            try await door.change(of: "ana", from: PasswordTests.good, to: new, address: "10.0.0.1")
            let old = await error { try await door.signIn("ana", PasswordTests.good, from: "10.0.0.1") }
            #expect(old?.code == .unauthenticated)
            _ = try await door.signIn("ana", new, from: "10.0.0.1")
            let audit = try await here.store.audit(AuditQuery()).filter { $0.action == "user.password" }
            #expect(audit.map(\.allowed) == [true, false])
        }
    }

    @Test func aRecordOfALowerCostIsMadeAnewAtSignIn() async throws {
        try await Self.with { here, _ in
            let dearer = PasswordHash.Cost(rounds: 32, blockSize: 1, parallelism: 1)
            let door = PasswordDoor(users: UserStore(store: here.store, time: here.time, cost: dearer))
            _ = try await door.signIn("ana", PasswordTests.good, from: "10.0.0.1")
            let kept = try #require(try await here.users.get("ana")?.spec.password)
            #expect(kept.cost == dearer)
            #expect(try kept.matches(PasswordTests.good))
        }
    }
}

@Suite struct AttemptLimitTests {
    static let start = Timestamp(seconds: 1_000_000)

    @Test func waitsDoubleUpToABound() {
        var (limits, now) = (AttemptLimits(), Self.start)
        var waits: [Period] = []
        for _ in 0..<20 {
            if let wait = limits.wait(user: "ana", address: "a", now: now) {
                waits.append(wait)
                now = now + wait
            }
            #expect(limits.wait(user: "ana", address: "a", now: now) == nil)
            limits.begin(user: "ana", address: "\(waits.count)", now: now)
        }
        #expect(waits.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == AttemptLimits.longestWaitOfUser)
        #expect(limits.wait(user: "ana", address: "a", now: now + .minutes(61)) == nil, "forgotten")
    }

    @Test func manyUsersFromOneAddressWaitAsWell() {
        var limits = AttemptLimits()
        for number in 0..<AttemptLimits.freePerAddress {
            #expect(limits.wait(user: "u\(number)", address: "a", now: Self.start) == nil)
            limits.begin(user: "u\(number)", address: "a", now: Self.start)
        }
        #expect(limits.wait(user: "new", address: "a", now: Self.start) == .seconds(1))
        #expect(limits.wait(user: "new", address: "b", now: Self.start) == nil)
        // Signing in as oneself takes back one's own failure and nobody else's.
        limits.begin(user: "me", address: "a", now: Self.start)
        limits.succeed(user: "me", address: "a")
        #expect(limits.wait(user: "new", address: "a", now: Self.start) == .seconds(1))
    }

    @Test func theTableHasAnEnd() {
        var limits = AttemptLimits()
        for number in 0..<(AttemptLimits.entries + 50) {
            limits.begin(
                user: "u\(number)", address: "a\(number % 7)", now: Self.start + .milliseconds(Int64(number)))
        }
        #expect(limits.userCount == AttemptLimits.entries)
    }
}
