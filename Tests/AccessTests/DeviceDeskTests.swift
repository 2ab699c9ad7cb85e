import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import Access

@Suite struct DeviceDeskTests {
    static let ana = Identity(user: "ana", scopes: [.read, .write, .push], tokenID: "t")

    private static func with(_ body: (Installation, DeviceDesk) async throws -> Void) async throws {
        try await withInstallation { here in
            try await body(here, DeviceDesk(store: here.store, tokens: here.tokens, time: here.time))
        }
    }

    private static func begin(_ desk: DeviceDesk, from address: String = "10.0.0.9") throws -> (
        deviceCode: String, question: DeviceDesk.Question
    ) {
        try desk.begin(
            client: "ana@laptop", scopes: [.read, .push], tokenPeriod: .minutes(60), address: address)
    }

    @Test func aConfirmedCodeGivesOneTokenOnce() async throws {
        try await Self.with { here, desk in
            let begun = try Self.begin(desk)
            #expect(begun.question.code.wholeMatch(of: /[A-Z0-9]{4}-[A-Z0-9]{4}/) != nil)
            guard case .pending = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("not pending")
                return
            }
            let typed = begun.question.code.lowercased().replacing("-", with: " ")
            let asked = try desk.question(typed, for: Self.ana)
            #expect(
                asked.client == "ana@laptop" && asked.address == "10.0.0.9" && asked.scopes == [.read, .push])
            try await desk.decide(typed, approved: true, by: Self.ana)
            here.move(by: DeviceDesk.interval)
            guard
                case .token(let text, let id, let user, let scopes, let end) = try await desk.reply(
                    to: begun.deviceCode)
            else {
                Issue.record("no token")
                return
            }
            #expect(user == "ana" && scopes == [.read, .push] && end == here.time.now() + .minutes(60))
            let identity = try await here.tokens.authenticate(text)
            #expect(identity.user == "ana" && identity.scopes == [.read, .push])
            here.move(by: DeviceDesk.interval)
            guard case .expired = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("given twice")
                return
            }
            let audit = try await here.store.audit(AuditQuery())
            #expect(audit.contains { $0.action == "device.approve" && $0.who == "ana" })
            #expect(audit.contains { $0.action == "token.create" && $0.object == "token/\(id)" })
        }
    }

    @Test func aRefusedAnUnknownAndALateCodeGiveNothing() async throws {
        try await Self.with { here, desk in
            let begun = try Self.begin(desk)
            try await desk.decide(begun.question.code, approved: false, by: Self.ana)
            guard case .denied = try await desk.reply(to: begun.deviceCode),
                case .expired = try await desk.reply(to: "unknown")
            else {
                Issue.record("neither denied nor expired")
                return
            }
            let late = try Self.begin(desk)
            here.move(by: DeviceDesk.lifetime + .seconds(1))
            #expect(throws: GantryError.self) { try desk.question(late.question.code, for: Self.ana) }
            guard case .expired = try await desk.reply(to: late.deviceCode) else {
                Issue.record("not expired")
                return
            }
            #expect(try await here.tokens.list().objects.isEmpty)
        }
    }

    @Test func whoAsksTooOftenIsSlowedDown() async throws {
        try await Self.with { here, desk in
            let begun = try Self.begin(desk)
            _ = try await desk.reply(to: begun.deviceCode)
            here.move(by: .seconds(1))
            guard case .slowDown(let first) = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("not slowed down")
                return
            }
            #expect(first == .seconds(10))
            here.move(by: .seconds(6))
            guard case .slowDown(let second) = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("not slowed down again")
                return
            }
            #expect(second == .seconds(15))
            try await desk.decide(begun.question.code, approved: true, by: Self.ana)
            here.move(by: .seconds(15))
            guard case .token = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("no token after waiting")
                return
            }
        }
    }

    @Test func nobodyGivesMoreThanTheyHave() async throws {
        try await Self.with { _, desk in
            let begun = try desk.begin(client: "x", scopes: [.admin, .read], tokenPeriod: nil, address: "a")
            let code = begun.question.code
            #expect(try desk.question(code, for: Self.ana).scopes == [.read])
            let reader = Identity(user: "vic", scopes: [.read], tokenID: "t")
            let refused = await error { try await desk.decide(code, approved: true, by: reader) }
            #expect(refused?.code == .forbidden)
            let only = try desk.begin(client: "x", scopes: [.admin], tokenPeriod: nil, address: "a")
            let none = await error { try await desk.decide(only.question.code, approved: true, by: Self.ana) }
            #expect(none?.code == .forbidden)
            try await desk.decide(code, approved: true, by: Self.ana)
            guard case .token(_, _, _, let scopes, _) = try await desk.reply(to: begun.deviceCode) else {
                Issue.record("no token")
                return
            }
            #expect(scopes == [.read])
        }
    }

    @Test func guessingCodesCostsTimeAndWaitingMachinesHaveAnEnd() async throws {
        try await Self.with { _, desk in
            var codes: [GantryError.Code?] = []
            for number in 0..<8 {
                codes.append(
                    #expect(throws: GantryError.self) {
                        try desk.question("BBBB-BBB\(number % 2)", for: Self.ana)
                    }?.code)
            }
            #expect(codes.last == .limit && codes.first == .notFound)
            for _ in 0..<DeviceDesk.pendingPerAddress { _ = try Self.begin(desk) }
            #expect(#expect(throws: GantryError.self) { try Self.begin(desk) }?.code == .limit)
            _ = try Self.begin(desk, from: "10.0.0.10")
        }
    }

    @Test func aMachinesNameDoesNoHarm() async throws {
        try await Self.with { _, desk in
            let begun = try desk.begin(
                client: "\u{1B}[2J\n我<b>" + String(repeating: "x", count: 500), scopes: [.read],
                tokenPeriod: nil, address: "a")
            #expect(begun.question.client.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(begun.question.client.count == DeviceDesk.clientLength)
        }
    }
}
