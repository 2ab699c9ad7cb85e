import Crypto
import GantryBase
import Wire

#if canImport(Glibc)
import Glibc
#endif

/// The files of an OCI layout: `oci-layout`, `index.json` and `blobs/sha256/DIGITS`.
struct OCILayout: Sendable {
    let directory: String

    /// Read into memory at most; descriptions are a few kilobytes.
    static let descriptionLimit = 4 << 20
    private static let chunk = 1 << 20

    func prepare() throws(GantryError) {
        for folder in [directory, directory + "/blobs", directory + "/blobs/sha256"] {
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure("make", folder) }
        }
        let marker = directory + "/oci-layout"
        if access(marker, F_OK) != 0 { try place(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), at: marker) }
    }

    func path(of digest: String) -> String {
        directory + "/blobs/sha256/" + digest.dropFirst("sha256:".count)
    }

    /// Moves a file into the store by its digest, reading it once. The file is opened without following links.
    func adopt(_ file: String, limit: ByteCount) throws(GantryError) -> Descriptor {
        let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", file) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw GantryError(.invalid, "\(file) is no regular file")
        }
        guard Int64(facts.st_size) <= limit.bytes else {
            throw GantryError(
                .limit, "the build's archive has more than \(limit)",
                hint: "name what the program needs under build.output in service.yaml")
        }
        let partial = directory + "/blobs/" + RandomName.make(length: 16) + ".partial"
        let (digest, size) = try copy(descriptor, to: partial)
        try settle(partial, as: path(of: digest))
        return Descriptor(mediaType: Descriptor.layer, digest: digest, size: size)
    }

    func write(_ bytes: [UInt8], mediaType: String) throws(GantryError) -> Descriptor {
        let digest = "sha256:" + Self.hexadecimal(SHA256.hash(data: bytes))
        let path = path(of: digest)
        if access(path, F_OK) != 0 { try place(bytes, at: path) }
        return Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count))
    }

    func read(_ digest: String) throws(GantryError) -> [UInt8] {
        guard digest.hasPrefix("sha256:"), digest.utf8.count == 71,
            digest.utf8.dropFirst(7).allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw GantryError(.invalid, "\(digest) is no digest of an artifact") }
        return try contents(path(of: digest), missing: "artifact \(digest) is not in the store")
    }

    /// Names the image in `index.json`, so that other tools find it; concurrent calls may lose one name there, which
    /// the store itself does not need.
    func addToIndex(_ descriptor: Descriptor) throws(GantryError) {
        let path = directory + "/index.json"
        var index = ImageIndex()
        if access(path, F_OK) == 0, let bytes = try? contents(path, missing: path),
            let known = try? JSON.decode(ImageIndex.self, from: bytes)
        {
            index = known
        }
        if index.manifests.contains(where: { $0.digest == descriptor.digest }) { return }
        index.manifests.append(descriptor)
        guard let bytes = try? JSON.encode(index) else { return }
        try place(bytes, at: path)
    }

    private func copy(_ source: Int32, to path: String) throws(GantryError) -> (digest: String, size: Int64) {
        let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw failure("write", path) }
        defer { close(target) }
        var hash = SHA256()
        var size: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(source, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read for", path)
            }
            let piece = buffer[..<count]
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            try writeAll(piece, to: target, path)
            size += Int64(count)
        }
        guard fsync(target) == 0 else { throw failure("flush", path) }
        return ("sha256:" + Self.hexadecimal(hash.finalize()), size)
    }

    private func place(_ bytes: [UInt8], at path: String) throws(GantryError) {
        let partial = path + "." + RandomName.make(length: 8) + ".partial"
        let target = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw failure("write", partial) }
        defer { close(target) }
        try writeAll(bytes[...], to: target, partial)
        guard fsync(target) == 0 else { throw failure("flush", partial) }
        try settle(partial, as: path)
    }

    private func settle(_ partial: String, as path: String) throws(GantryError) {
        guard rename(partial, path) == 0 else { throw failure("rename to", path) }
    }

    private func writeAll(_ bytes: ArraySlice<UInt8>, to target: Int32, _ path: String) throws(GantryError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(target, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            rest = rest.dropFirst(count)
        }
    }

    private func contents(_ path: String, missing: String) throws(GantryError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? GantryError(.notFound, missing) : failure("read", path)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_size <= Self.descriptionLimit else {
            throw GantryError(.limit, "\(path) is larger than a description may be")
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw failure("read", path) }
        return bytes
    }

    private func failure(_ verb: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "look at the disk that holds the data directory")
    }

    static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
