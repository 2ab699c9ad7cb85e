package import GantryBase
package import Model

extension GitRepositories {
    /// In bytes; a subject is one line, and this is where a list cuts it.
    static let longestSubject = 500

    /// All branches by their full name (`refs/heads/main`) with the commit that each points to; empty when nothing
    /// was pushed.
    package func heads(of service: ServiceName) async throws -> [String: String] {
        let outcome = try await command(
            ["for-each-ref", "--format=%(objectname) %(refname)", "--", "refs/heads/"], of: service
        ).run()
        guard outcome.exitCode == 0 else {
            throw GantryError(.unavailable, "cannot read the branches of \(service): \(outcome.complaint)")
        }
        var heads: [String: String] = [:]
        for line in String(decoding: outcome.output, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { heads[String(words[1])] = String(words[0]) }
        }
        return heads
    }

    /// The bytes of one file at a commit; nil when there is no file of this path.
    ///
    /// - Throws: `.limit` when it is larger than `limit`, `.notFound` when there is no such commit.
    package func file(
        _ path: String, at commit: String, of service: ServiceName, limit: ByteCount
    ) async throws -> [UInt8]? {
        try ObjectName.check(commit)
        let reader = TreeFile(command: try command([], of: service))
        switch try await reader.find(path, at: commit) {
        case .noCommit(let reason):
            throw GantryError(.notFound, "\(service) has no commit \(commit): \(reason)")
        case .noFile, .otherKind: return nil
        case .file(let object, let size):
            guard size <= limit.bytes else {
                throw GantryError(
                    .limit,
                    "\(ObjectName.printable(path)) of \(service) has \(size) bytes; \(limit.bytes) are allowed"
                )
            }
            return try await reader.content(of: object, limit: limit.bytes)
        }
    }

    package func commit(_ id: String, of service: ServiceName) async throws -> CommitInfo {
        try ObjectName.check(id)
        let outcome = try await command(
            ["log", "-1", "--no-show-signature", "--format=%H%x00%s%x00%an%x00%ct", id, "--"], of: service
        ).run()
        let fields = String(decoding: outcome.output, as: UTF8.self).split(
            separator: "\0", omittingEmptySubsequences: false)
        guard outcome.exitCode == 0, fields.count == 4, fields[0] == id,
            let seconds = Int64(fields[3].filter(\.isNumber))
        else { throw GantryError(.notFound, "\(service) has no commit \(id)") }
        return CommitInfo(
            id: id, subject: ObjectName.printable(String(fields[1]), limit: Self.longestSubject),
            authorName: ObjectName.printable(String(fields[2])), committedAt: Timestamp(seconds: seconds))
    }

    /// The program and arguments that write the files of a commit to standard output as a tar archive; run it with
    /// `environment(of:)`.
    package func archiveCommand(commit: String, of service: ServiceName) throws -> [String] {
        try ObjectName.check(commit)
        return [git, "--git-dir=\(try path(of: service))", "archive", "--format=tar", commit]
    }
}

/// Reads single files out of commits by two runs of git: where the file is and how large, then its content.
struct TreeFile: Sendable {
    enum Found: Sendable, Hashable {
        case noCommit(String)
        case noFile
        /// A folder, a symbolic link or a submodule has this path.
        case otherKind
        case file(object: String, size: Int64)
    }

    /// Git with its options, without a verb.
    var command: GitCommand

    func find(_ path: String, at commit: String) async throws -> Found {
        guard !path.isEmpty, !path.utf8.contains(0), !path.hasSuffix("/") else { return .noFile }
        for part in path.split(separator: "/", omittingEmptySubsequences: false)
        where part.isEmpty || part == "." || part == ".." { return .noFile }
        let outcome = try await run(["ls-tree", "-z", "-l", "--full-tree", commit, "--", path])
        guard outcome.exitCode == 0 else { return .noCommit(outcome.complaint) }
        guard let entry = outcome.output.split(separator: 0).first else { return .noFile }
        // MODE SP TYPE SP OBJECT SP+ SIZE TAB PATH
        let words = entry.prefix { $0 != UInt8(ascii: "\t") }.split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 4, words[0].hasPrefix("100"), words[1] == "blob", let size = Int64(words[3])
        else {
            return .otherKind
        }
        return .file(object: words[2], size: size)
    }

    func content(of object: String, limit: Int64) async throws -> [UInt8] {
        let outcome = try await run(["cat-file", "blob", object], limit: Int(clamping: limit))
        guard outcome.exitCode == 0 else {
            throw GantryError(.unavailable, "cannot read object \(object): \(outcome.complaint)")
        }
        return outcome.output
    }

    private func run(_ arguments: [String], limit: Int = GitCommand.outputLimit) async throws
        -> GitCommand.Outcome
    {
        var command = command
        command.command += arguments
        command.outputLimit = limit
        return try await command.run()
    }
}
