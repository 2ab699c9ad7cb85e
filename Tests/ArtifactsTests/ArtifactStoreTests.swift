import Artifacts
import Foundation
import GantryBase
import Supervision
import Testing

@Suite struct ArtifactStoreTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-artifacts-\(UUID())").path

    private func archive(_ files: [String: String]) async throws -> String {
        let tree = folder + "/tree"
        for (path, content) in files {
            let file = tree + "/" + path
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try content.write(toFile: file, atomically: true, encoding: .utf8)
        }
        let archive = folder + "/layer.tar.gz"
        _ = try await CommandRun([
            "tar", "-czf", archive, "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "-C", tree, ".",
        ]).text()
        return archive
    }

    @Test func anArtifactIsUnpackedAsItWasBuilt() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let archive = try await archive(["main.py": "print(1)\n", "conf/app.toml": "a = 1\n"])
        let store = try ArtifactStore(directory: folder + "/store")
        let digest = try await store.ingest(
            archive: archive, annotations: ["org.opencontainers.image.title": "a/b"])
        #expect(store.contains(digest))
        try await store.unpack(digest, into: folder + "/app")
        #expect(try String(contentsOfFile: folder + "/app/conf/app.toml", encoding: .utf8) == "a = 1\n")
    }

    @Test func theSameContentHasTheSameDigest() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let archive = try await archive(["main.py": "print(1)\n"])
        let store = try ArtifactStore(directory: folder + "/store")
        let first = try await store.ingest(archive: archive, annotations: [:])
        #expect(try await store.ingest(archive: archive, annotations: [:]) == first)
    }

    @Test func aStoreKeepsToTheOCILayout() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let archive = try await archive(["main.py": "print(1)\n"])
        let store = try ArtifactStore(directory: folder + "/store")
        let digest = try await store.ingest(archive: archive, annotations: [:])
        let blob = folder + "/store/blobs/sha256/" + digest.dropFirst(7)
        let sum = try await CommandRun(["sha256sum", blob]).text()
        #expect(sum.hasPrefix(digest.dropFirst(7)))
        let index = try String(contentsOfFile: folder + "/store/index.json", encoding: .utf8)
        #expect(index.contains(digest))
        let marker = try String(contentsOfFile: folder + "/store/oci-layout", encoding: .utf8)
        #expect(marker == #"{"imageLayoutVersion":"1.0.0"}"#)
    }

    @Test func whatIsNoArchiveIsRefusedAndLeavesNoArtifact() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "no archive".write(toFile: folder + "/x", atomically: true, encoding: .utf8)
        let store = try ArtifactStore(directory: folder + "/store")
        await #expect(throws: GantryError.self) {
            _ = try await store.ingest(archive: folder + "/x", annotations: [:])
        }
    }

    @Test func aLinkInPlaceOfTheArchiveIsNotFollowed() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder + "/x", withDestinationPath: "/etc/passwd")
        let store = try ArtifactStore(directory: folder + "/store")
        await #expect(throws: GantryError.self) {
            _ = try await store.ingest(archive: folder + "/x", annotations: [:])
        }
    }

    @Test(arguments: [
        "", "sha256:", "sha256:../../etc/passwd", "md5:0", "sha256:" + String(repeating: "G", count: 64),
    ])
    func aDigestOfTheWrongFormIsRefused(digest: String) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let store = try ArtifactStore(directory: folder + "/store")
        #expect(!store.contains(digest))
        await #expect(throws: GantryError.self) { try await store.unpack(digest, into: folder + "/app") }
        #expect(!FileManager.default.fileExists(atPath: folder + "/app"))
    }
}
