import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State

extension Routes {
    var runs: [Route] {
        [
            .signedIn(.post, "/v1/runs/{name:3}/cancel") { call in
                try .object(try await acting(call).cancelRun(try runName(call), by: call.identity))
            },
            .signedIn(.post, "/v1/runs/{name:3}/retry") { call in
                try call.request.allowQuery(["force"])
                return try .object(
                    try await acting(call).retryRun(
                        try runName(call), isForced: try call.request.flag("force"), by: call.identity))
            },
            .signedIn(.post, "/v1/runs/{name:3}/decide", decide),
            .signedIn(.get, "/v1/runs/{name:3}/log", log),
        ]
    }

    private func runName(_ call: Call) throws(GantryError) -> RunName {
        if let name = RunName(path: call.parameter("name")) { return name }
        throw GantryError(
            .notFound, "\(call.parameter("name")) is no run", hint: "a run is BUSINESS/SERVICE/NUMBER")
    }

    struct DecisionBody: BodyValue {
        static let members: Set = ["approved", "comment", "force"]
        var approved: Bool
        var comment: String?
        var force: Bool?
    }

    private func decide(_ call: Call) async throws -> Answer {
        let name = try runName(call)
        let body = try await call.request.value(DecisionBody.self)
        let run = try await acting(call).decideRun(
            name, approved: body.approved, comment: body.comment, isForced: body.force ?? false,
            by: call.identity)
        return try .object(run)
    }

    private func log(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(["stage", "step", "follow"])
        let name = try runName(call)
        let log = RunLog(
            store: store, executor: parts.executor, run: name,
            stage: try request.number("stage", in: 0...RunLog.largestIndex),
            step: try request.number("step", in: 0...RunLog.largestIndex), follows: try request.flag("follow")
        )
        try await operations.require(
            .view, on: name.service.business, by: call.identity, for: "run.log", name.path)
        try await log.check()
        return try logAnswer(call, of: name.service.business, "run.log", name.path) {
            try await log.write(to: $0)
        }
    }

    /// A log has no sign of life and no last words: all of it is what a program has written.
    func logAnswer(
        _ call: Call, of business: BusinessName, _ action: String, _ object: String,
        _ producer: @escaping Answer.Producer
    ) throws(GantryError) -> Answer {
        guard let seat = logs.take() else {
            throw GantryError(
                .unavailable, "\(logs.limit) logs are being read, which is the limit",
                hint: "end some of them")
        }
        let recheck: @Sendable () async throws -> Void = {
            try await operations.require(
                .view, on: business, by: try await call.identityNow(), for: action, object)
        }
        return Answer(
            .ok, type: Answer.textType, .live(LiveBody(seat: seat, producer: producer, recheck: recheck)))
    }
}
