/// The documents of the OCI image specification 1.1, as far as a service's artifact has them.
struct Descriptor: Codable, Sendable, Hashable {
    var mediaType: String
    var digest: String
    var size: Int64

    static let layer = "application/vnd.oci.image.layer.v1.tar+gzip"
}

struct ImageManifest: Codable, Sendable {
    static let mediaType = "application/vnd.oci.image.manifest.v1+json"
    var schemaVersion = 2
    var mediaType = Self.mediaType
    var config: Descriptor
    var layers: [Descriptor]
    var annotations: [String: String]
}

struct ImageConfig: Codable, Sendable {
    static let mediaType = "application/vnd.oci.image.config.v1+json"
    var architecture = Self.machine
    var os = "linux"
    var rootfs: RootFS
    var config: Settings

    struct RootFS: Codable, Sendable {
        var type = "layers"
        var diffIDs: [String]
        private enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    struct Settings: Codable, Sendable {
        var labels: [String: String]
        private enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    /// In the names of the specification, which are Go's.
    static var machine: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}

struct ImageIndex: Codable, Sendable {
    var schemaVersion = 2
    var mediaType = "application/vnd.oci.image.index.v1+json"
    var manifests: [Descriptor] = []
}
