import GantryBase
import Glibc

/// Moves the archive of a build from the business's folder into the server's, as a copy: whoever still holds the
/// original open changes nothing any more.
struct ArchiveTaking: Sendable {
    /// Who must have written it.
    let owner: uid_t
    let limit: ByteCount

    private static let chunk = 1 << 20

    /// Does nothing when there is no file. Replaces what an earlier build left.
    func take(_ source: String, to target: String) throws(GantryError) {
        // Not blocking, since it may be a pipe; its folder cannot be a link, since that belongs to us.
        let file = open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return }
            if errno == ELOOP || errno == ENXIO { throw notAFile(source) }
            throw failure("read", source)
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw failure("read", source) }
        // A second name would be another file that the business was given a link to, or a way to change this one.
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1, facts.st_uid == owner else {
            throw notAFile(source)
        }
        let partial = target + ".partial"
        unlink(partial)
        let copy = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard copy >= 0 else { throw failure("write", partial) }
        defer { close(copy) }
        do throws(GantryError) {
            try transfer(file, copy, source)
            guard fsync(copy) == 0, rename(partial, target) == 0 else { throw failure("write", target) }
        } catch {
            unlink(partial)
            throw error
        }
        unlink(source)
    }

    /// Counts while it copies: the size of a file that somebody writes to means nothing.
    private func transfer(_ file: Int32, _ copy: Int32, _ name: String) throws(GantryError) {
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        var total: Int64 = 0
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", name) }
            if count == 0 { return }
            total += Int64(count)
            guard total <= limit.bytes else {
                throw GantryError(
                    .limit, "the build's archive has more than \(limit)",
                    hint: "name what the program needs under build.output in service.yaml")
            }
            var written = 0
            while written < count {
                let step = buffer.withUnsafeBytes {
                    write(copy, $0.baseAddress.map { $0 + written }, count - written)
                }
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { throw failure("write", "the archive of a build") }
                written += step
            }
        }
    }

    private func notAFile(_ path: String) -> GantryError {
        GantryError(
            .invalid, "\(path) is not the archive that the build step writes",
            hint: "the build command must leave the folder beside its source folder alone")
    }

    private func failure(_ verb: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "look at the disk that holds the data directory")
    }
}
