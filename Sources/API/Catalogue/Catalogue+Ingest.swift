import HTTPTypes
import Wire

extension Catalogue {
    private static let sender = Operation.Verb.none("services and their agents send signals, people do not")

    /// Refusals of these are in the form of OTLP, which senders read.
    private static func taken(_ pattern: String, _ summary: String, types: [String]) -> Operation {
        var shape = AnswerShape(type: Answer.jsonType, schema: { _ in ["type": "object"] })
        shape.ownRefusals = [400, 401, 403, 413, 415, 429, 503]
        return Operation(
            .post, pattern, summary, verb: sender, body: .bytes(types), answer: shape,
            right: "the token of an instance"
        ).untraced
    }

    static var intake: [Operation] {
        let types = [Answer.jsonType, "application/x-protobuf"]
        return [
            taken(OTLP.Signal.traces.path, "Take spans in, as OTLP over HTTP", types: types),
            taken(OTLP.Signal.logs.path, "Take log records in, as OTLP over HTTP", types: types),
            taken(OTLP.Signal.metrics.path, "Take metrics in, as OTLP over HTTP", types: types),
            taken(
                Routes.callsPath, "Take windows of calls in, as agents count them", types: [Answer.jsonType]),
        ]
    }
}
