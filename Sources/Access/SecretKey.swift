import Crypto
import Foundation
package import GantryBase
import Glibc

/// The key that secrets are encrypted with: 256 random bits in a file that only the server's user can read.
package struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
    package static let fileName = "secrets.key"
    static let byteCount = 32

    /// One key for each use, so that what one reveals says nothing of the other.
    let encryption: SymmetricKey
    let fingerprint: SymmetricKey
    /// For the tokens of instances, which are checked without asking the store.
    let workloads: SymmetricKey
    /// For what a browser carries and must be able neither to read nor to make.
    let tickets: SymmetricKey
    /// Names the key without saying anything about it, so that a wrong key is told from a damaged secret.
    let id: String

    package var description: String { "SecretKey(\(id))" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    init(bytes: [UInt8]) {
        let key = SymmetricKey(data: bytes)
        func derived(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, info: Array("gantry secrets \(use) 1".utf8),
                outputByteCount: Self.byteCount)
        }
        encryption = derived("encryption")
        fingerprint = derived("fingerprint")
        workloads = derived("workload tokens")
        tickets = derived("tickets")
        id = derived("id").withUnsafeBytes { Hexadecimal.text(of: $0.prefix(4)) }
    }

    /// Reads the key file, or makes it when there is none and `mayCreate` says that nothing is encrypted yet.
    package static func load(path: String, mayCreate: Bool) throws(GantryError) -> SecretKey {
        if let key = try read(path) { return key }
        guard mayCreate else {
            throw GantryError(
                .unavailable, "the key file \(path) is missing and there are secrets encrypted with it",
                hint: "put it back from a backup; if it is lost, remove the secrets and set them again")
        }
        try create(path)
        guard let key = try read(path) else {
            throw GantryError(.unavailable, "the key file \(path) was made and is gone", hint: "start again")
        }
        return key
    }

    private static func read(_ path: String) throws(GantryError) -> SecretKey? {
        let file = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw refused("cannot be opened", path) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw refused("cannot be examined", path) }
        guard info.st_mode & S_IFMT == S_IFREG, info.st_mode & 0o077 == 0, info.st_uid == geteuid() else {
            throw GantryError(
                .unavailable, "the key file \(path) can be read or changed by others, or is no file",
                hint: "chown it to the server's user and chmod 600 it; if others may have read it, set all "
                    + "secrets anew with a new key")
        }
        var bytes = [UInt8](repeating: 0, count: byteCount + 1)
        guard Glibc.read(file, &bytes, bytes.count) == byteCount else {
            throw GantryError(
                .unavailable, "the key file \(path) does not have \(byteCount) bytes",
                hint: "put it back from a backup")
        }
        return SecretKey(bytes: Array(bytes.prefix(byteCount)))
    }

    /// Writes beside and links into place, which fails if somebody was faster and never shows half a file.
    private static func create(_ path: String) throws(GantryError) {
        let draft = "\(path).\(RandomName.make(length: 8))"
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw refused("cannot be made", path) }
        defer {
            close(file)
            unlink(draft)
        }
        var bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw refused("cannot be written", path)
        }
        guard link(draft, path) == 0 || errno == EEXIST else { throw refused("cannot be made", path) }
        let slash = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let directory = Glibc.open(slash.isEmpty ? "/" : slash, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw refused("cannot be kept", path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw refused("cannot be kept", path) }
    }

    private static func refused(_ what: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "the key file \(path) \(what): \(String(cString: strerror(errno)))",
            hint: "make it readable for the server's user, on a disk with free space")
    }
}
