import Foundation
import GantryBase
import Supervision

/// The ordinary git client on a folder of the user's.
struct LocalGit: Sendable {
    let folder: String
    /// Given to git beside the user's own environment.
    var environment: [String: String] = [:]

    static let pushTimeLimit = Period.minutes(10)

    /// Throws with what to do when git does not know who commits.
    func requireIdentity() async throws {
        do { try await git("var", "GIT_AUTHOR_IDENT") } catch {
            throw GantryError(
                .invalid, "git does not know who you are",
                hint: "git config --global user.name NAME; git config --global user.email ADDRESS")
        }
    }

    /// A repository with everything committed and `origin` set.
    func begin(remote: String) async throws {
        try await git("init", "--quiet", "--initial-branch=main")
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "Begin the service")
        try await git("remote", "add", "origin", remote)
    }

    /// - Returns: what git said.
    @discardableResult
    func git(_ words: String...) async throws -> String {
        let own = ProcessInfo.processInfo.environment.filter {
            ["HOME", "PATH", "USER", "SSH_AUTH_SOCK", "XDG_CONFIG_HOME"].contains($0.key)
                || $0.key.hasPrefix("GIT_")
        }
        let output = try await CommandRun(
            ["git"] + words, directory: folder, environment: own.merging(environment) { $1 },
            timeLimit: Self.pushTimeLimit
        ).run()
        guard output.exit.succeeded else {
            throw GantryError(
                .unavailable, "git \(words.first ?? "") failed in \(folder):\n\(output.complaint)",
                hint: "run it by hand there to see more")
        }
        return String(decoding: output.bytes, as: UTF8.self) + output.complaint
    }
}
