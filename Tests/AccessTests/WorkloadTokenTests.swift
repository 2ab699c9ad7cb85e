import GantryBase
import Model
import Testing

@testable import Access

@Suite struct WorkloadTokenTests {
    private let tokens = WorkloadTokens(key: SecretKey(bytes: [UInt8](repeating: 7, count: 32)))
    private let source: SignalSource

    init() throws {
        source = SignalSource(
            instance: try #require(InstanceName(path: "yidian/article/production/guangzhou/a1b2c3")),
            release: ReleaseName(path: "yidian/article/12"))
    }

    @Test func aTokenSaysWhoseItIs() throws {
        let token = tokens.token(for: source, holder: .agent)
        #expect(try tokens.claim(of: token) == WorkloadTokens.Claim(source: source, holder: .agent))
        let bare = SignalSource(instance: source.instance, release: nil)
        #expect(try tokens.claim(of: tokens.token(for: bare, holder: .service)).source == bare)
    }

    @Test func aChangedTokenIsRefused() throws {
        let token = Array(tokens.token(for: source, holder: .agent).utf8)
        for at in token.indices {
            var changed = token
            changed[at] = changed[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            // The last letter of base64 has bits that stand for nothing.
            guard let claim = try? tokens.claim(of: text) else { continue }
            #expect(claim.source == source && claim.holder == .agent && at == token.count - 1)
        }
        for length in token.indices {
            let cut = String(decoding: token.prefix(length), as: UTF8.self)
            #expect(throws: GantryError.self) { try tokens.claim(of: cut) }
        }
    }

    @Test func anotherInstallationsTokenIsRefused() {
        let other = WorkloadTokens(key: SecretKey(bytes: [UInt8](repeating: 8, count: 32)))
        #expect(throws: GantryError.self) {
            try tokens.claim(of: other.token(for: source, holder: .agent))
        }
    }
}
