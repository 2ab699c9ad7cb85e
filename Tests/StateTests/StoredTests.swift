import GantryBase
import Model
import State
import Testing
import Wire

@Suite struct StoredTests {
    private static func object(schemaVersion: Int = 1, spec: String, status: String = "{}") -> StateObject {
        StateObject(
            kind: "override", name: "a", version: 1, schemaVersion: schemaVersion, spec: Array(spec.utf8),
            status: Array(status.utf8), labels: [:], createdAt: .epoch, updatedAt: .epoch)
    }
    private static let valid = #"{"author":"ana","createdAt":"2026-11-24T13:31:55Z","replicas":3}"#

    @Test func aDocumentOfANewerSchemaIsNotRead() {
        #expect(throws: GantryError.self) {
            try Stored<StoredOverride>(Self.object(schemaVersion: 2, spec: Self.valid))
        }
        do {
            _ = try Stored<StoredOverride>(Self.object(schemaVersion: 2, spec: Self.valid))
        } catch {
            #expect(error.code == .unsupported)
            #expect(error.message.contains("schema version 2"))
        }
    }

    @Test func whatCannotBeReadIsNamedWithItsPlace() {
        do {
            _ = try Stored<StoredOverride>(Self.object(spec: #"{"author":"ana"}"#))
            Issue.record("read a document without its members")
        } catch {
            #expect(error.code == .internal)
            #expect(error.message.contains("override a cannot be read"))
            #expect(error.message.contains("replicas") || error.message.contains("createdAt"))
        }
    }

    @Test func anObjectIsReadAsItsOwnKindOnly() throws {
        #expect(try Stored<StoredOverride>(Self.object(spec: Self.valid)).spec.replicas == 3)
        #expect(throws: GantryError.self) { try Stored<StoredWorkload>(Self.object(spec: Self.valid)) }
    }

    @Test(arguments: [
        ("", nil), ("a", "b"), ("ab/", "ab0"), ("a\u{7F}", "a\u{80}"), ("é", "ê"), ("\u{D7FF}", "\u{E000}"),
        ("a\u{10FFFF}", "b"), ("\u{10FFFF}\u{10FFFF}", nil),
    ])
    func aPrefixIsTheRangeUpToTheNextName(prefix: String, end: String?) {
        let range = NameRange(prefix: prefix)
        #expect(range.first == prefix)
        #expect(range.end.map { Array($0.utf8) } == end.map { Array($0.utf8) })
    }
}
