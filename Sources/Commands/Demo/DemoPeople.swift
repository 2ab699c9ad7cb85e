import Foundation
import GantryBase
import Model

/// The two people of the demo, each with a token of their own: one pushes, one approves.
struct DemoPeople: Sendable {
    let developer: APIClient
    let approver: APIClient

    private struct TokenBody: Encodable {
        var user: String
        var scopes: [String]
    }
    private struct TokenAnswer: Decodable { var token: String }

    /// Applies the platform, in which both have their roles, and makes their tokens.
    static func sign(in admin: APIClient, platform: String) async throws -> DemoPeople {
        let answer = try await admin.apply(platform)
        guard !answer.diagnostics.contains(where: { $0.severity == .error }) else {
            throw GantryError(.invalid, answer.diagnostics.map(\.description).joined(separator: "\n"))
        }
        func client(_ user: String, _ scopes: [String]) async throws -> APIClient {
            let answer: TokenAnswer = try await admin.post(
                "/v1/tokens", TokenBody(user: user, scopes: scopes))
            return APIClient(server: admin.server, token: answer.token)
        }
        return DemoPeople(
            developer: try await client("developer", ["read", "write", "push"]),
            approver: try await client("approver", ["read", "write"]))
    }

    /// What the ordinary git client needs: who commits, and how to sign in. The token comes by the environment, since
    /// arguments can be read by every user of the machine.
    var gitEnvironment: [String: String] {
        [
            "GIT_AUTHOR_NAME": "Developer", "GIT_AUTHOR_EMAIL": "developer@clinic.example.com",
            "GIT_COMMITTER_NAME": "Developer", "GIT_COMMITTER_EMAIL": "developer@clinic.example.com",
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": "Authorization: Basic "
                + Data("developer:\(developer.token ?? "")".utf8).base64EncodedString(),
            "GIT_TERMINAL_PROMPT": "0",
        ]
    }

    /// A repository with the service's files committed, ready to be pushed.
    func repository(of service: ServiceName, in workspace: String, from source: String) async throws
        -> LocalGit
    {
        let folder = "\(workspace)/\(service)"
        try FileManager.default.createDirectory(
            atPath: "\(workspace)/\(service.business)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        let git = LocalGit(folder: folder, environment: gitEnvironment)
        try await git.begin(remote: developer.gitAddress(of: service))
        return git
    }
}

extension APIClient {
    func newestRun(of service: ServiceName) async throws -> ObjectView<StoredRun> {
        let repository: ObjectView<StoredRepository> = try await get("/v1/repositories/\(service)")
        guard let number = repository.status.numbers["run"] else {
            throw GantryError(.notFound, "the push of \(service) started no run")
        }
        return try await run(RunName(service, number))
    }

    /// Waits until a run has ended or waits for somebody.
    func halted(_ name: RunName, within limit: Period) async throws -> ObjectView<StoredRun> {
        let deadline = ContinuousClock.now + limit.duration
        var wasDecided = false
        while true {
            let object = try await run(name)
            wasDecided = object.status.stages.contains { $0.progress == .waiting && $0.decision != nil }
            if object.status.progress.isFinal || (object.status.progress == .waiting && !wasDecided) {
                return object
            }
            guard ContinuousClock.now < deadline else {
                throw GantryError(
                    .timeout, "run \(name) did not halt within \(limit):\n\(RunText.text(object))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    func release(of service: ServiceName, in environment: EnvironmentName) async throws -> ReleaseName {
        let workloads: [ObjectView<StoredWorkload>] = try await all(
            "/v1/workloads", [("prefix", "\(service)/\(environment)/")])
        let releases = Set(workloads.map(\.spec.release))
        guard let release = releases.first, releases.count == 1 else {
            throw GantryError(.conflict, "\(service) has \(releases.count) releases in \(environment)")
        }
        return release
    }

    private struct RollbackBody: Encodable { var environment: EnvironmentName }

    func rollBack(_ service: ServiceName, in environment: EnvironmentName) async throws -> ObjectView<
        StoredRollout
    > {
        try await post("/v1/services/\(service)/rollback", RollbackBody(environment: environment))
    }
}

extension ObjectView<StoredRun> {
    /// Throws with the run as a person reads it when it has come elsewhere.
    func require(_ progress: Model.Progress) throws {
        guard status.progress == progress else {
            throw GantryError(
                .conflict, "run \(name) should be \(progress.rawValue):\n\(RunText.text(self))",
                hint: "gantry run logs \(name)")
        }
    }
}
