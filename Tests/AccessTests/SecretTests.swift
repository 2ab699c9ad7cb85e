import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import Access

@Suite struct SecretTests {
    private static let article = ServiceName("yidian", "article")
    private static let value = "correct horse battery staple 密码"

    private static func name(
        _ variable: String, _ environment: EnvironmentName? = nil, of service: ServiceName = article
    ) throws -> SecretName {
        try SecretName(service, environment, variable)
    }

    @Test func anInstanceGetsTheValueOfItsEnvironmentBeforeThatOfAll() async throws {
        try await withInstallation { here in
            let secrets = try await here.secrets()
            try await secrets.set(Self.name("A"), SecretText("all"), by: "boss")
            try await secrets.set(Self.name("B"), SecretText("all"), by: "boss")
            try await secrets.set(Self.name("B", "production"), SecretText("production"), by: "boss")
            try await secrets.set(Self.name("C", "testing"), SecretText("testing"), by: "boss")
            let other = ServiceName("yidian", "article2")
            try await secrets.set(Self.name("D", of: other), SecretText("other"), by: "boss")
            let again = try await here.secrets()
            let production = try await again.values(for: Self.article, environment: "production")
            #expect(production.mapValues { $0.reveal() } == ["A": "all", "B": "production"])
            let testing = try await again.values(for: Self.article, environment: "testing")
            #expect(testing.mapValues { $0.reveal() } == ["A": "all", "B": "all", "C": "testing"])
            let names = try await again.names(of: Self.article).map(\.path)
            #expect(
                names == [
                    "yidian/article/*/A", "yidian/article/*/B", "yidian/article/production/B",
                    "yidian/article/testing/C",
                ])
            try await again.remove(Self.name("B", "production"), by: "boss")
            let after = try await again.values(for: Self.article, environment: "production")
            #expect(after["B"]?.reveal() == "all")
        }
    }

    @Test func aValueIsNeitherOnDiskNorInADescription() async throws {
        try await withInstallation { here in
            let secrets = try await here.secrets()
            let value = SecretText(Self.value)
            try await secrets.set(Self.name("DB_PASSWORD"), value, by: "boss")
            let bytes = try here.bytesOnDisk()
            #expect(bytes.firstRange(of: Data("DB_PASSWORD".utf8)) != nil)
            #expect(bytes.firstRange(of: Data(Self.value.utf8)) == nil)
            #expect(bytes.firstRange(of: Data("battery".utf8)) == nil)
            #expect(bytes.firstRange(of: Data(Self.value.utf8).base64EncodedData()) == nil)
            var dumped = ""
            dump(["x": value], to: &dumped)
            #expect("\(value) \(String(reflecting: value)) \(["x": value])".contains("***"))
            #expect(!"\(value) \(String(reflecting: value)) \(["x": value]) \(dumped)".contains("horse"))
            let key = try SecretKey.load(path: here.keyFile, mayCreate: false)
            let raw = try Data(contentsOf: URL(filePath: here.keyFile))
            dump(key, to: &dumped)
            #expect(!dumped.contains(Hexadecimal.text(of: raw)))
        }
    }

    @Test func anotherKeyIsToldFromDamage() async throws {
        try await withInstallation { here in
            try await here.secrets().set(Self.name("A"), SecretText(Self.value), by: "boss")
            let wrong = SecretStore(
                store: here.store, key: SecretKey(bytes: [UInt8](repeating: 7, count: 32)), time: here.time)
            let refused = await error { try await wrong.values(for: Self.article, environment: "production") }
            #expect(refused?.code == .unavailable)
            #expect(refused?.message.contains("was encrypted with key") == true)
            #expect(refused?.message.contains(Self.value) == false)
        }
    }

    @Test func aCiphertextThatWasChangedOrMovedDoesNotOpen() async throws {
        try await withInstallation { here in
            let secrets = try await here.secrets()
            try await secrets.set(Self.name("A"), SecretText("value of a"), by: "boss")
            try await secrets.set(Self.name("B"), SecretText("value of b"), by: "boss")
            let a = try await here.store.require(StoredSecret.self, "yidian/article/*/A")
            let b = try await here.store.require(StoredSecret.self, "yidian/article/*/B")
            var bytes = try #require(Data(base64Encoded: a.spec.sealed))
            var damaged: [String] = [b.spec.sealed, "", "no base64!", a.spec.sealed + a.spec.sealed]
            for index in [0, bytes.count / 2, bytes.count - 1] {
                bytes[index] ^= 1
                damaged.append(bytes.base64EncodedString())
                bytes[index] ^= 1
            }
            damaged.append(bytes.dropLast().base64EncodedString())
            for sealed in damaged {
                try await here.store.mutate(StoredSecret.self, a.name) { $0.spec.sealed = sealed }
                let refused = await error {
                    try await secrets.values(for: Self.article, environment: "production")
                }
                #expect(refused?.code == .internal)
                #expect(refused?.message.contains("secret yidian/article/*/A is damaged") == true)
            }
            try await here.store.mutate(StoredSecret.self, a.name) { $0.spec = a.spec }
            let values = try await secrets.values(for: Self.article, environment: "production")
            #expect(values["A"]?.reveal() == "value of a")
        }
    }

    @Test func theSameValueIsSealedDifferentlyAndHasOneFingerprint() async throws {
        try await withInstallation { here in
            let secrets = try await here.secrets()
            func sealed() async throws -> (StoredSecret.Spec, String) {
                let stored = try await here.store.require(StoredSecret.self, "yidian/article/*/A")
                return (
                    stored.spec, try await secrets.fingerprint(for: Self.article, environment: "production")
                )
            }
            try await secrets.set(Self.name("A"), SecretText("1"), by: "boss")
            let (first, whole) = try await sealed()
            try await secrets.set(Self.name("A"), SecretText("1"), by: "boss")
            let (second, same) = try await sealed()
            #expect(first.sealed != second.sealed)
            #expect(first.fingerprint == second.fingerprint && whole == same)
            try await secrets.set(Self.name("A"), SecretText("2"), by: "boss")
            let (third, other) = try await sealed()
            #expect(third.fingerprint != first.fingerprint && other != whole)
            let records = try await here.store.audit(AuditQuery(objectPrefix: "secret/yidian/"))
            #expect(records.count == 3)
            #expect(records.first?.after?.contains(third.fingerprint) == true)
        }
    }

    @Test func theKeyFileIsOfItsOwnerAlone() async throws {
        try await withInstallation { here in
            try await here.secrets().set(Self.name("A"), SecretText("1"), by: "boss")
            var info = stat()
            try #require(stat(here.keyFile, &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)
            #expect(info.st_size == 32)
            for mode: mode_t in [0o640, 0o604, 0o660, 0o666] {
                try #require(chmod(here.keyFile, mode) == 0)
                let refused = await error { try await here.secrets() }
                #expect(refused?.code == .unavailable)
                #expect(refused?.hint?.contains("chmod 600") == true)
            }
            try #require(chmod(here.keyFile, 0o600) == 0)
            _ = try await here.secrets()
            try FileManager.default.moveItem(atPath: here.keyFile, toPath: here.keyFile + ".kept")
            let missing = await error { try await here.secrets() }
            #expect(missing?.message.contains("missing") == true)
            #expect(!FileManager.default.fileExists(atPath: here.keyFile), "a new key hides that one is lost")
            try #require(symlink(here.keyFile + ".kept", here.keyFile) == 0)
            #expect(await error { try await here.secrets() }?.code == .unavailable)
        }
    }

    @Test func startersAtOnceGetOneKey() async throws {
        try await withInstallation { here in
            let path = here.keyFile
            let keys = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try SecretKey.load(path: path, mayCreate: true).id }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
        }
    }

    @Test(arguments: [
        "", "1A", "A-B", "A B", "A/B", "../A", "A=B", "é", "A\n", String(repeating: "A", count: 129),
    ])
    func whatIsNoVariableIsRefused(variable: String) async {
        #expect(await error { try Self.name(variable) }?.code == .invalid)
    }

    @Test(arguments: ["", "*", "a/b", "../.."]) func whatIsNoPlaceIsRefused(part: String) async {
        #expect(await error { try Self.name("A", EnvironmentName(part)) }?.code == .invalid)
        let business = ServiceName(BusinessName(part), "article")
        #expect(await error { try Self.name("A", of: business) }?.code == .invalid)
        #expect(await error { try Self.name("A", of: ServiceName("yidian", part)) }?.code == .invalid)
    }

    @Test func valuesAndTheirNumberHaveLimits() async throws {
        try await withInstallation { here in
            let secrets = try await here.secrets()
            let large = String(repeating: "x", count: SecretStore.valueBytes)
            try await secrets.set(Self.name("LARGE"), SecretText(large), by: "boss")
            for (value, code) in [
                (large + "x", GantryError.Code.limit), ("", .invalid), ("a\u{0}b", .invalid),
            ] {
                let refused = await error {
                    try await secrets.set(Self.name("A"), SecretText(value), by: "boss")
                }
                #expect(refused?.code == code)
            }
            for number in 1..<SecretStore.secretsPerService {
                try await secrets.set(Self.name("N\(number)"), SecretText("1"), by: "boss")
            }
            let refused = await error { try await secrets.set(Self.name("A"), SecretText("1"), by: "boss") }
            #expect(refused?.code == .limit)
            try await secrets.set(Self.name("N1"), SecretText("2"), by: "boss")
        }
    }
}
