package import GantryBase
import Glibc
package import Model
import Synchronization
import Wire

/// The user that the programs and steps of each business run as, so that one business cannot read another's files.
///
/// Users are numbers only: no entry of the system's user database is made. A number stays with its business for as long
/// as the data directory lives, since files on disk belong to it. Safe to use from any thread; a first use of a
/// business writes a file and so blocks for the time of a disk write.
package final class BusinessUsers: Sendable {
    /// Above what distributions give to people and daemons, below what they give to containers (65,536 and up).
    package static let range: ClosedRange<UInt32> = 61_000...64_999
    static let largestFile = 1 << 20

    private struct Entries: Codable {
        var users: [String: UInt32] = [:]
    }

    private let path: String
    private let isolation: Isolation
    private let random: RandomSource
    private let entries: Mutex<Entries>

    /// - Parameter directory: the data directory; the map is its `users.json`.
    /// - Throws: `unsupported` when isolation is wanted and this process may not change users.
    package init(
        directory: String, isolation: Isolation, random: RandomSource = .system
    ) throws(GantryError) {
        (path, self.isolation, self.random) = (directory + "/users.json", isolation, random)
        guard isolation != .none else {
            entries = Mutex(Entries())
            return
        }
        guard geteuid() == 0 else {
            throw GantryError(
                .unsupported, "businesses cannot be kept apart: only root may run programs as other users",
                hint: "start the server as root, or write `isolation: none` into platform.yaml")
        }
        entries = Mutex(try Self.read(path))
    }

    /// The user of a business, chosen at its first use; nil means the server's own, when nothing is kept apart.
    package func user(for business: BusinessName) throws(GantryError) -> ProcessUser? {
        guard isolation != .none else { return nil }
        let number = try entries.withLock { entries throws(GantryError) -> UInt32 in
            if let known = entries.users[business.text] { return known }
            var next = entries
            let number = try free(besides: Set(entries.users.values))
            next.users[business.text] = number
            try write(next)
            entries = next
            return number
        }
        return ProcessUser(uid: number, gid: number)
    }

    /// A random number, so that two data directories on one machine hardly share one, which nobody has.
    private func free(besides taken: Set<UInt32>) throws(GantryError) -> UInt32 {
        let count = Self.range.count
        let start = Int(random.next() % UInt64(count))
        for step in 0..<count {
            let number = Self.range.lowerBound + UInt32((start + step) % count)
            if !taken.contains(number), getpwuid(number) == nil, getgrgid(number) == nil { return number }
        }
        throw GantryError(
            .limit, "all \(count) user numbers of \(Self.range) are taken",
            hint: "one installation keeps at most that many businesses apart")
    }

    private static func read(_ path: String) throws(GantryError) -> Entries {
        do {
            return try JSON.decode(Entries.self, from: readFile(path, limit: largestFile))
        } catch let error as GantryError {
            if error.code == .notFound { return Entries() }
            throw error
        } catch {
            throw GantryError(
                .invalid, "\(path) cannot be read: \(JSON.describe(error))",
                hint: "restore it from a backup: files on disk belong to the users that it names")
        }
    }

    private func write(_ entries: Entries) throws(GantryError) {
        let bytes: [UInt8]
        do {
            bytes = try JSON.encode(entries, pretty: true)
        } catch {
            throw GantryError(.internal, "cannot encode \(path)", cause: error)
        }
        try replaceFile(path, with: bytes, mode: 0o600)
    }
}
