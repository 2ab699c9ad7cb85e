import Access
import ControlPlane
import GantryBase
import GitHosting
import HTTPTypes
import Model
import NIOCore

extension Routes {
    /// Git's smart HTTP, at `/git/BUSINESS/SERVICE.git/…`; `GitBackend` knows its verbs and paths.
    var git: [Route] {
        let pattern = "/git/{repository:2}/{suffix*}"
        return [.signedIn(.get, pattern, git), .signedIn(.post, pattern, git)]
    }

    private static let repositoryEnd = ".git"

    private func git(_ call: Call) async throws -> Answer {
        let path = call.parameter("repository")
        guard path.hasSuffix(Self.repositoryEnd),
            let service = ServiceName(path: String(path.dropLast(Self.repositoryEnd.count)))
        else {
            throw GantryError(
                .notFound, "there is no repository at this address", hint: "it is /git/BUSINESS/SERVICE.git")
        }
        let request = call.request
        let wanted = GitRequest(
            method: request.method.rawValue, service: service, suffix: call.parameter("suffix"),
            query: request.target.rawQuery, contentType: request.headers[.contentType],
            contentEncoding: request.headers[.contentEncoding], contentLength: request.body.declaredLength,
            gitProtocol: request.headers[.gitProtocol], user: call.identity.user,
            body: request.body.stream())
        try await operations.require(
            wanted.wantsToPush ? .push : .view, on: service.business, by: call.identity,
            for: wanted.wantsToPush ? "repository.push" : "repository.fetch", service.path)
        let response = try await parts.git.handle(wanted)
        var answer = Answer(
            HTTPResponse.Status(code: response.status),
            .duplex { send in for try await buffer in response.body { try await send(buffer) } })
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            answer.headers[name] = value
        }
        return answer
    }
}
