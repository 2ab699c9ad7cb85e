import Artifacts
import Clusters
import GantryBase
import Glibc
import Model
import Supervision

/// Unpacked artifacts with their configuration, one folder for each build that instances run from.
///
/// A folder is made under another name and renamed, so one that is there is whole; it is never changed after that. It
/// belongs to the server's user, and only the programs of its business can reach it.
struct AppFolders: Sendable {
    let folders: ClusterFolders
    let artifacts: ArtifactStore
    /// Builds of a service that are kept beside those in use, for a quick return.
    static let kept = 2

    /// Names the build and the configuration: one release may have several, as environments may differ in their files.
    func path(of target: WorkloadTarget) -> String {
        let build = target.artifact.split(separator: ":").last.map { String($0.prefix(12)) } ?? ""
        let print = Self.fingerprint(target.configuration)
        return "\(folders.service(target.name.service))/\(target.release.number)-\(build)-\(print)"
    }

    static func isReady(_ path: String) -> Bool { access(path, F_OK) == 0 }

    func prepare(_ target: WorkloadTarget, user: ProcessUser?) async throws(GantryError) {
        let path = path(of: target)
        let (business, service) = (target.name.service.business, target.name.service)
        let folders = folders
        try await blocking { () throws(GantryError) in
            try makeFolder(folders.business(business), mode: user == nil ? 0o700 : 0o750, group: user?.gid)
            try makeFolder(folders.service(service), mode: 0o755)
        }
        if Self.isReady(path) { return }
        let incoming = "\(folders.service(service))/.incoming-\(RandomName.make(length: 10))"
        do throws(GantryError) {
            try await artifacts.unpack(target.artifact, into: incoming)
            try await blocking { () throws(GantryError) in
                for file in target.configuration { try Self.write(file, below: incoming) }
                guard rename(incoming, path) == 0 || Self.isReady(path) else {
                    throw systemError("cannot name the unpacked release \(path)")
                }
            }
        } catch {
            await Self.removeTree(incoming)
            throw error
        }
        // Only where another task was faster is it still there.
        if Self.isReady(incoming) { await Self.removeTree(incoming) }
    }

    /// Removes builds of a service that nothing uses, but the youngest, and what a killed server left half made.
    func prune(_ service: ServiceName, used: Set<String>) async {
        let folder = folders.service(service)
        let unused = names(in: folder).filter { !used.contains("\(folder)/\($0)") }
            .sorted { Self.number($0) > Self.number($1) }
        for name in unused.dropFirst(Self.kept) { await Self.removeTree("\(folder)/\(name)") }
    }

    private static func number(_ name: String) -> Int { Int(name.prefix { $0 != "-" }) ?? 0 }

    static func removeTree(_ path: String) async {
        _ = try? await CommandRun(["rm", "-rf", "--", path], timeLimit: .minutes(2)).run()
    }

    /// Writes one file, step by step from the open folder on, so that a link in the artifact leads nowhere else.
    static func write(_ file: ConfigurationFile, below root: String) throws(GantryError) {
        try TargetCheck.check(file)
        var folder = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        let parts = file.path.split(separator: "/").map(String.init)
        let failure = "cannot write configuration file \(file.path)"
        for part in parts.dropLast() {
            guard mkdirat(folder, part, 0o755) == 0 || errno == EEXIST else { throw systemError(failure) }
            let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw systemError(failure) }
            close(folder)
            folder = next
        }
        guard let name = parts.last else { return }
        guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else { throw systemError(failure) }
        let output = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw systemError(failure) }
        defer { close(output) }
        try StoredFile.writeWhole(Array(file.content.utf8), to: output, failure)
        fchmod(output, 0o644)
    }

    /// FNV-1a of 64 bits: tells the few configurations of one release apart; nobody gains by a collision in his own.
    static func fingerprint(_ files: [ConfigurationFile]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            take(file.path)
            take(file.content)
        }
        return String(hash, radix: 36)
    }
}
