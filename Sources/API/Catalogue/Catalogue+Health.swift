import HTTPTypes
import Wire

extension Catalogue {
    struct WhoAmI: Decodable, Sendable {
        var user: String
        var scopes: [String]
        var tokenID: String
    }

    static var health: [Operation] {
        [
            Operation(
                .get, "/livez", "Tell whether the process answers", verb: "status",
                answer: .text(Answer.textType),
                isOpen: true
            ).untraced,
            Operation(
                .get, "/readyz", "Tell whether the server can work", verb: "status",
                answer: .text(Answer.textType),
                isOpen: true
            ).untraced,
            Operation(
                .get, "/metrics", "Tell the server's own numbers, as Prometheus reads them", verb: "metrics",
                answer: .text(Metrics.textType), right: "a token with the scope read"
            ).untraced,
            Operation(
                .get, "/v1/whoami", "Tell whom the token stands for", verb: "status",
                answer: .value(WhoAmI.self)),
            Operation(
                .get, "/v1/openapi.json", "Describe the API in the form of OpenAPI 3.1", verb: "api",
                answer: AnswerShape(type: Answer.jsonType, schema: { _ in ["type": "object"] }), isOpen: true),
        ]
    }
}
