import Access
import Foundation
import GantryBase
import Model
import State
import Testing
import Wire

/// Every stored kind as a file: what is written today must be readable by the Gantry of tomorrow.
///
/// A change of a file is a change of what is on people's disks. When it is one that old documents survive (a new
/// optional member), renew with `GANTRY_RENEW_GOLDEN=1 swift test --filter GoldenTests`. When not, raise the kind's
/// schema version, and keep the old file beside the new one.
@Suite struct GoldenTests {
    struct Document<Kind: StoredKind>: Codable, Hashable {
        var kind: String
        var schemaVersion: Int
        var spec: Kind.Spec
        var status: Kind.Status
    }

    @Test func platform() throws { try check(StoredPlatform.self, Sample.platform, NoStatus()) }
    @Test func repository() throws { try check(StoredRepository.self, Sample.repository, Sample.heads) }
    @Test func release() throws { try check(StoredRelease.self, Sample.release, NoStatus()) }
    @Test func run() throws { try check(StoredRun.self, Sample.run, Sample.runStatus) }
    @Test func rollout() throws { try check(StoredRollout.self, Sample.rollout, Sample.rolloutStatus) }
    @Test func workload() throws { try check(StoredWorkload.self, Sample.workload, Sample.workloadStatus) }
    @Test func override() throws { try check(StoredOverride.self, Sample.override, NoStatus()) }
    @Test func token() throws { try check(StoredToken.self, Sample.token, NoStatus()) }
    @Test func secret() throws { try check(StoredSecret.self, Sample.secret, NoStatus()) }

    private func check<Kind: StoredKind>(
        _ kind: Kind.Type, _ spec: Kind.Spec, _ status: Kind.Status, line: Int = #line
    ) throws {
        let document = Document<Kind>(
            kind: Kind.kind, schemaVersion: Kind.schemaVersion, spec: spec, status: status)
        let text = try JSON.encode(document, pretty: true) + Array("\n".utf8)
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/\(Kind.kind).json")
        if ProcessInfo.processInfo.environment["GANTRY_RENEW_GOLDEN"] == "1" {
            try Data(text).write(to: file)
        }
        let golden = [UInt8](try Data(contentsOf: file))
        #expect(
            try JSON.decode(Document<Kind>.self, from: golden) == document,
            "what \(Kind.kind).json says is read otherwise")
        #expect(
            String(decoding: golden, as: UTF8.self) == String(decoding: text, as: UTF8.self),
            "a \(Kind.kind) is written otherwise than in \(Kind.kind).json")
    }
}
