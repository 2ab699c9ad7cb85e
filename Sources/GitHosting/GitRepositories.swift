import Foundation
package import GantryBase
package import Model

/// The bare repositories of all services, `ROOT/BUSINESS/SERVICE.git`, made and read through the git program.
///
/// A value without state: everything is on disk, so any number of copies may be used at once. Who may do what and what
/// a push means is decided elsewhere; the hooks only ask (`HookServer`).
package struct GitRepositories: Sendable {
    /// Of the packed objects of one push. A repository holds sources; what is larger belongs into an artifact store.
    package static let largestPush = ByteCount.mebibytes(512)
    /// For `maintain`: the packing of the largest repository takes minutes.
    static let maintenanceTimeLimit = Period.minutes(30)
    /// Repositories being made; no business can be called so.
    static let unfinishedPrefix = ".unfinished-"

    package let root: String
    package let git: String
    package let hook: [String]
    package let hookSocket: String
    package let largestPush: ByteCount

    /// - Parameters:
    ///   - root: An absolute path; made when missing, readable by us alone.
    ///   - hook: The program and arguments that each hook runs, followed by `pre-receive` or `post-receive` and the
    ///     service's name.
    ///   - hookSocket: Where that program finds the server (`HookServer`).
    package init(
        root: String, git: String = "/usr/bin/git", hook: [String], hookSocket: String,
        largestPush: ByteCount = Self.largestPush
    ) {
        (self.root, self.git, self.hook, self.hookSocket) = (root, git, hook, hookSocket)
        self.largestPush = largestPush
    }

    /// The environment for `archiveCommand`: nothing of ours, no configuration of the machine.
    package func environment(of service: ServiceName) throws -> [String: String] {
        GitCommand.environment(repository: try path(of: service))
    }

    /// Makes the root, drops what a crash left half-made, and brings settings and hooks of all repositories up to this
    /// program. Call it once, before the first push.
    package func prepare() async throws {
        do {
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in try FileManager.default.contentsOfDirectory(atPath: root)
            where name.hasPrefix(Self.unfinishedPrefix) {
                try FileManager.default.removeItem(atPath: "\(root)/\(name)")
            }
        } catch {
            throw storageError("cannot use \(root) for repositories", error)
        }
        for service in try list() {
            try writeSettings(at: try path(of: service), for: service)
            dropStaleQuarantines(of: service)
        }
    }

    /// Removes the objects of pushes that were ended by KILL or by a crash. Only what is older than a push may be: a
    /// git that outlived the server may still be at work.
    private func dropStaleQuarantines(of service: ServiceName) {
        guard let objects = try? path(of: service) + "/objects" else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: objects)) ?? []
        for name in names where name.hasPrefix("tmp_objdir-") {
            let folder = "\(objects)/\(name)"
            let changed =
                try? FileManager.default.attributesOfItem(atPath: folder)[.modificationDate] as? Date
            guard let changed, changed.timeIntervalSinceNow < -2 * GitBackend.exchangeLimit.seconds else {
                continue
            }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Makes an empty repository with the default branch main; one that is there stays as it is, but for our settings
    /// and hooks.
    ///
    /// A crash at any point leaves none that is half-made: it gets its place by one rename.
    package func create(_ service: ServiceName) async throws {
        let path = try path(of: service)
        if try exists(service) { return try writeSettings(at: path, for: service) }
        let unfinished = "\(root)/\(Self.unfinishedPrefix)\(RandomName.make(length: 12))"
        defer { try? FileManager.default.removeItem(atPath: unfinished) }
        do {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(service.business)", withIntermediateDirectories: true)
        } catch {
            throw storageError("cannot make the folder of \(service.business)", error)
        }
        let made = try await GitCommand(
            command: [
                git, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--", unfinished,
            ],
            environment: GitCommand.environment()
        ).run()
        guard made.exitCode == 0 else {
            throw GantryError(.unavailable, "cannot make the repository of \(service): \(made.complaint)")
        }
        try writeSettings(at: unfinished, for: service)
        try FileSync.folder(unfinished)
        if rename(unfinished, path) != 0 {
            let number = errno
            // Somebody else was faster; theirs is as good.
            if number == ENOTEMPTY || number == EEXIST, try exists(service) { return }
            throw GantryError(
                .unavailable,
                "cannot put the repository of \(service) in place: \(String(cString: strerror(number)))")
        }
        try FileSync.folder("\(root)/\(service.business)")
    }

    package func exists(_ service: ServiceName) throws -> Bool {
        access("\(try path(of: service))/HEAD", F_OK) == 0
    }

    /// - Throws: `.invalid` for a name that could lead out of the root.
    package func path(of service: ServiceName) throws -> String { "\(root)/\(try service.folder())" }

    /// All repositories, sorted by name; what else lies in the root is passed over.
    package func list() throws -> [ServiceName] {
        var found: [ServiceName] = []
        do {
            for business in try FileManager.default.contentsOfDirectory(atPath: root)
            where !business.hasPrefix(".") {
                let folder = "\(root)/\(business)"
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
                    isFolder.boolValue
                else { continue }
                for name in try FileManager.default.contentsOfDirectory(atPath: folder)
                where name.hasSuffix(".git") {
                    let service = ServiceName(BusinessName(business), String(name.dropLast(4)))
                    if (try? exists(service)) == true { found.append(service) }
                }
            }
        } catch {
            throw storageError("cannot read \(root)", error)
        }
        return found.sorted()
    }

    /// Packs what many pushes left loose and drops what no ref reaches for two weeks. A push never does this by
    /// itself, since it would wait for it; may run beside pushes and fetches.
    package func maintain(_ service: ServiceName) async throws {
        dropStaleQuarantines(of: service)
        var command = try command(["gc", "--quiet"], of: service)
        command.timeLimit = Self.maintenanceTimeLimit
        let outcome = try await command.run()
        guard outcome.exitCode == 0 else {
            throw GantryError(.unavailable, "maintenance of \(service) failed: \(outcome.complaint)")
        }
    }

    func command(_ arguments: [String], of service: ServiceName) throws -> GitCommand {
        let path = try path(of: service)
        guard try exists(service) else { throw GantryError(.notFound, "\(service) has no repository") }
        return GitCommand(
            command: [git, "--git-dir=\(path)", "--literal-pathspecs"] + arguments, directory: path,
            environment: GitCommand.environment(repository: path))
    }

    func storageError(_ message: String, _ error: any Error) -> GantryError {
        if let error = error as? GantryError { return error }
        return GantryError(
            .unavailable, message, hint: "check permissions and free space there", cause: error)
    }
}
