import HTTPTypes
import Model

extension Catalogue {
    static var runs: [Operation] {
        [
            Operation(
                .post, "/v1/runs/{name:3}/cancel", "End a run and what it does", verb: "run cancel",
                answer: .object(StoredRun.self), right: "operate", actsOnce: true,
                guardedKind: StoredRun.kind),
            Operation(
                .post, "/v1/runs/{name:3}/retry",
                "Run a failed or cancelled run again from where it did not succeed",
                verb: "run retry",
                query: [.flag("force", "though it takes an environment back behind a newer run")],
                answer: .object(StoredRun.self), right: "operate", actsOnce: true,
                guardedKind: StoredRun.kind),
            Operation(
                .post, "/v1/runs/{name:3}/decide", "Answer the approval that a run waits for",
                verb: "run approve", body: .value(Routes.DecisionBody.self),
                answer: .object(StoredRun.self), right: "approve", actsOnce: true,
                guardedKind: StoredRun.kind),
            Operation(
                .get, "/v1/runs/{name:3}/log", "Print what the steps of a run have printed",
                verb: "run logs",
                query: [
                    .number("stage", 0...RunLog.largestIndex, "only of this stage, counted from 0"),
                    .number("step", 0...RunLog.largestIndex, "only of this step of the stage"),
                    .flag("follow", "go on until the run has ended"),
                ], answer: .stream(Answer.textType), right: "view"),
        ]
    }
}
