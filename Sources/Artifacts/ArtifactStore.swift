package import GantryBase
import Supervision
import Wire

#if canImport(Glibc)
import Glibc
#endif

/// Builds of services, as OCI images in an OCI layout on disk (image-layout specification 1.1).
///
/// An artifact is named by the digest of its image manifest and never changes. Every blob is written under a temporary
/// name, flushed, and renamed, so that a blob which is there is whole; writing one that is there does nothing. Calls may
/// come from any task, also at once for one artifact.
package struct ArtifactStore: Sendable {
    let layout: OCILayout

    /// Of one archive. A service's program with its libraries stays far below; data belongs elsewhere.
    package static let archiveLimit = ByteCount(bytes: 2 << 30)
    /// Unpacking takes this long at most.
    static let unpackTimeLimit = Period.minutes(5)

    /// Makes the layout if it is not there.
    package init(directory: String) throws(GantryError) {
        layout = OCILayout(directory: directory)
        try layout.prepare()
    }

    /// Takes in a gzipped tar archive as the one application layer of an image.
    ///
    /// - Returns: the digest of the image manifest, `sha256:` and 64 hexadecimal digits; the same for the same content
    ///   and annotations.
    package func ingest(archive: String, annotations: [String: String]) async throws(GantryError) -> String {
        let layout = layout
        let layer = try await blocking { () throws(GantryError) in
            try layout.adopt(archive, limit: Self.archiveLimit)
        }
        let config = ImageConfig(
            rootfs: .init(diffIDs: [try await uncompressedDigest(of: layer.digest)]),
            config: .init(labels: annotations))
        let configuration = try layout.write(try encoded(config), mediaType: ImageConfig.mediaType)
        let manifest = ImageManifest(config: configuration, layers: [layer], annotations: annotations)
        let descriptor = try layout.write(try encoded(manifest), mediaType: ImageManifest.mediaType)
        try layout.addToIndex(descriptor)
        return descriptor.digest
    }

    /// Lays the artifact's files into a new folder; on an error nothing is left of it.
    ///
    /// - Parameter directory: must not exist; its parent must. Files belong to the calling user and can be read by all.
    package func unpack(_ digest: String, into directory: String) async throws(GantryError) {
        let manifest: ImageManifest = try decoded(try layout.read(digest))
        let partial = directory + ".partial-" + RandomName.make(length: 8)
        guard mkdir(partial, 0o755) == 0 else {
            throw GantryError(.unavailable, "cannot make \(partial): \(String(cString: strerror(errno)))")
        }
        do throws(GantryError) {
            for layer in manifest.layers {
                try await run([
                    "tar", "-xzf", layout.path(of: layer.digest), "-C", partial, "--no-same-owner",
                    "--no-same-permissions", "--delay-directory-restore",
                ])
            }
            // The archive says who may read what on the machine that built it, which means nothing here.
            try await run(["chmod", "-R", "u+rwX,go+rX,go-w", "--", partial])
            guard rename(partial, directory) == 0 else {
                throw GantryError(.exists, "cannot name the unpacked artifact \(directory)")
            }
        } catch {
            _ = try? await run(["rm", "-rf", "--", partial])
            throw error
        }
    }

    /// True when the manifest and all that it names are there.
    package func contains(_ digest: String) -> Bool {
        guard let bytes = try? layout.read(digest),
            let manifest = try? JSON.decode(ImageManifest.self, from: bytes)
        else { return false }
        return (manifest.layers + [manifest.config]).allSatisfy {
            access(layout.path(of: $0.digest), R_OK) == 0
        }
    }

    /// OCI wants the digest of the layer before compression as well.
    private func uncompressedDigest(of layer: String) async throws(GantryError) -> String {
        let output = try await run(
            ["sh", "-c", "gzip -dc -- \"$1\" | sha256sum", "sh", layout.path(of: layer)])
        guard let digits = output.split(separator: " ").first, digits.utf8.count == 64 else {
            throw GantryError(
                .invalid, "the build's archive is no gzip file",
                hint: "the build step writes it; run the build again")
        }
        return "sha256:" + digits
    }

    @discardableResult
    private func run(_ command: [String]) async throws(GantryError) -> String {
        try await CommandRun(command, timeLimit: Self.unpackTimeLimit).text()
    }

    private func encoded(_ value: some Encodable) throws(GantryError) -> [UInt8] {
        do { return try JSON.encode(value) } catch {
            throw GantryError(.internal, "an image description cannot be written", cause: error)
        }
    }

    private func decoded<T: Decodable>(_ bytes: [UInt8]) throws(GantryError) -> T {
        do { return try JSON.decode(T.self, from: bytes) } catch {
            throw GantryError(
                .internal, "an image description cannot be read: \(JSON.describe(error))",
                hint: "roll out another release; the artifact store may be damaged")
        }
    }
}
