import GantryBase
import Glibc

/// Makes stream sockets that have a place in the file system.
enum UnixSocket {
    /// In bytes, without the closing zero: what the kernel's address holds.
    static let longestPath = 107

    /// Connects; waits for a server whose queue is full until the deadline.
    static func connect(_ path: String, until deadline: ContinuousClock.Instant) async throws -> Descriptor {
        let stream = try make()
        while true {
            if try withAddress(path, { Glibc.connect(stream, $0, $1) }) == 0 { return Descriptor(stream) }
            let number = errno
            guard number == EAGAIN || number == EINTR, ContinuousClock.now < deadline, !Task.isCancelled
            else {
                close(stream)
                throw Descriptor.error("cannot reach \(path)", number)
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Listens at a path that only our user may connect to; takes the place of a socket whose server has ended.
    ///
    /// - Throws: `.conflict` when a server listens there.
    static func listen(_ path: String, backlog: Int32) throws -> Descriptor {
        let stream = try make()
        do {
            if try withAddress(path, { Glibc.bind(stream, $0, $1) }) != 0 {
                guard errno == EADDRINUSE else { throw Descriptor.error("cannot make \(path)", errno) }
                try removeStale(path)
                guard try withAddress(path, { Glibc.bind(stream, $0, $1) }) == 0 else {
                    throw Descriptor.error("cannot make \(path)", errno)
                }
            }
            // Nobody can connect between the two: that needs the call to listen.
            guard chmod(path, 0o600) == 0, Glibc.listen(stream, backlog) == 0 else {
                throw Descriptor.error("cannot listen at \(path)", errno)
            }
            return Descriptor(stream)
        } catch {
            close(stream)
            throw error
        }
    }

    private static func removeStale(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            throw GantryError(.conflict, "\(path) is there and is no socket", hint: "move it away")
        }
        let probe = try make()
        defer { close(probe) }
        if try withAddress(path, { Glibc.connect(probe, $0, $1) }) == 0 || errno != ECONNREFUSED {
            throw GantryError(
                .conflict, "another server listens at \(path)",
                hint: "one server at a time may use a data directory")
        }
        guard unlink(path) == 0 else { throw Descriptor.error("cannot remove \(path)", errno) }
    }

    private static func make() throws -> Int32 {
        let stream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard stream >= 0 else { throw Descriptor.error("cannot make a socket", errno) }
        makeNonBlocking(stream)
        return stream
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        guard path.utf8.count <= longestPath, !path.utf8.contains(0) else {
            throw GantryError(
                .invalid, "the path of the socket \(path) is longer than \(longestPath) bytes",
                hint: "use a data directory with a shorter path")
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
