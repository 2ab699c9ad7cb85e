import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Synchronization
import Testing

@testable import Access

extension PasswordHash.Cost {
    /// So that a test of a hundred sign-ins ends.
    static let cheap = PasswordHash.Cost(rounds: 16, blockSize: 1, parallelism: 1)
}

extension Installation {
    var users: UserStore { UserStore(store: store, time: time, cost: .cheap) }
}

@Suite struct PasswordTests {
    static let good = SecretText("four quiet herons at dusk")

    @Test func aPasswordIsKeptAsNothingThatGivesItBack() async throws {
        try await withInstallation { here in
            let users = UserStore(store: here.store, time: here.time)
            let started = ContinuousClock.now
            let user = try await users.add("ana", password: Self.good, isAdmin: false, by: "admin")
            let took = ContinuousClock.now - started
            let hash = try #require(user.spec.password)
            #expect(hash.algorithm == "scrypt" && hash.cost == .standard)
            #expect(try hash.matches(Self.good))
            #expect(try !hash.matches(SecretText("four quiet herons at dawn")))
            #expect(Data(base64Encoded: hash.salt)?.count == 16 && Data(base64Encoded: hash.key)?.count == 32)
            let bytes = try here.bytesOnDisk()
            #expect(bytes.firstRange(of: Data("herons".utf8)) == nil)
            // As expensive for whoever steals the store as it is meant to be.
            #expect(took > .milliseconds(20), "\(took)")
            let again = try await users.add("bob", password: Self.good, isAdmin: false, by: "admin")
            #expect(again.spec.password?.key != hash.key, "the same password has another salt")
        }
    }

    /// RFC 7914, section 12.
    @Test func theDerivationIsTheStandardOne() throws {
        let cost = PasswordHash.Cost(rounds: 1024, blockSize: 8, parallelism: 16)
        let hash = PasswordHash(
            algorithm: "scrypt", cost: cost, salt: Data("NaCl".utf8).base64EncodedString(),
            key: try #require(Data(hex: "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"))
                .base64EncodedString())
        #expect(try hash.matches(SecretText("password")))
        #expect(try !hash.matches(SecretText("Password")))
    }

    @Test func composedAndDecomposedTextsAreOnePassword() throws {
        let hash = try PasswordHash.make(of: SecretText("caf\u{E9} au lait à deux"), cost: .cheap)
        #expect(try hash.matches(SecretText("cafe\u{301} au lait a\u{300} deux")))
    }

    @Test(arguments: [
        "short one", "ana ana ana 1", "password1234", "Passwort-2024!", "123456789012", "aaaaaaaaaaaaaaa",
        "abababababab", "qwertyuiopasdf", "welcome-to-2026", "ANA.LI-is-my-name", "", "987654321098",
        "gantry admin 1", String(repeating: "long enough ", count: 100), "twelve\0chars",
    ])
    func aWeakPasswordIsRefusedWithAReason(text: String) {
        let error = #expect(throws: GantryError.self) {
            try PasswordRule.check(SecretText(text), of: "ana.li")
        }
        if text != "ana ana ana 1" { #expect(error?.code == .invalid && error?.hint != nil) }
        #expect(text.isEmpty || error?.message.contains(text) != true, "the message does not tell it")
    }

    @Test(arguments: ["four quiet herons at dusk", "xK9#mQ2$vL7p", "我喜欢在傍晚看安静的白鹭飞过", "correct horse battery"])
    func aGoodPasswordIsTaken(text: String) throws {
        try PasswordRule.check(SecretText(text), of: "ana.li")
    }

    private final class Crowd: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func enter() {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
        }
        func leave() { counts.withLock { $0.now -= 1 } }
    }

    @Test func atMostTwoDerivationsRunAtOnceAndTheRestWaits() async throws {
        let pool = DerivationPool()
        let crowd = Crowd()
        let all = DerivationPool.parallel + DerivationPool.waiting
        let results = await withTaskGroup(of: GantryError.Code?.self) { group in
            for _ in 0..<(all + 10) {
                group.addTask {
                    do {
                        try await pool.run { () throws(GantryError) in
                            crowd.enter()
                            Thread.sleep(forTimeInterval: 0.02)
                            crowd.leave()
                        }
                        return nil
                    } catch { return (error as? GantryError)?.code }
                }
            }
            return await group.reduce(into: [GantryError.Code?]()) { $0.append($1) }
        }
        #expect(crowd.most == DerivationPool.parallel)
        let refused = results.compactMap(\.self)
        #expect(!refused.isEmpty && refused.allSatisfy { $0 == .unavailable }, "the queue has an end")
        #expect(results.count - refused.count >= all)
        #expect(try await pool.run { () throws(GantryError) in 7 } == 7, "places are given back")
    }
}

extension Data {
    init?(hex: String) {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        self.init(bytes)
    }
}
