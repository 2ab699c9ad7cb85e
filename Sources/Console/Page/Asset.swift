/// A file that pages load, kept in the program; its name holds a hash of its content, so it may be cached for ever.
package struct Asset: Sendable {
    /// Such as `console-1a2b3c4d5e.css`.
    package let name: String
    package let mediaType: String
    package let content: StaticString

    /// Where all assets stand.
    package static let folder = "/assets/"
    package static let cacheControl = "public, max-age=31536000, immutable"

    package var address: String { Self.folder + name }

    package var bytes: [UInt8] { content.withUTF8Buffer(Array.init) }

    package static let all: [Asset] = EmbeddedAssets.all

    /// Finds an asset by its name with the hash.
    package static func named(_ name: String) -> Asset? { all.first { $0.name == name } }
}
