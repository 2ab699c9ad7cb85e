import GantryBase
import HTTPTypes
import Model
import State
import Wire

extension Catalogue {
    static var objects: [Operation] {
        [
            Operation(
                .get, "/v1/platform", "Show the platform", verb: "get businesses",
                answer: .object(StoredPlatform.self), right: "view", errors: [.notFound]),
            Operation(
                .get, "/v1/watch", "Tell every change of objects as a line of JSON", verb: "watch",
                query: [
                    .text("kinds", "kinds with commas between them; all when it is absent"),
                    .number("after", 0...Int.max, "only changes after this version"),
                ], answer: .stream(Answer.linesType), right: "view"),
            Operation(
                .get, "/v1/instances", "List instances by name", verb: "get instances", query: listQuery,
                answer: AnswerShape(
                    type: Answer.jsonType,
                    schema: { SchemaBook.list(of: try instance($0), hasVersion: true) }),
                right: "view"),
            Operation(
                .get, "/v1/instances/{name:5}", "Show an instance", verb: "describe instance",
                answer: AnswerShape(
                    type: Answer.jsonType, schema: instance, objectKind: InstanceListing.kind),
                right: "view"),
        ]
            + kind("repositories", StoredRepository.self, 2, word: "service")
            + kind("releases", StoredRelease.self, 3) + kind("runs", StoredRun.self, 3)
            + kind("rollouts", StoredRollout.self, 3) + kind("workloads", StoredWorkload.self, 4)
            + kind("overrides", StoredOverride.self, 4)
    }

    /// The list of a kind, and one of it.
    private static func kind<Kind: StoredKind>(
        _ path: String, _ kind: Kind.Type, _ parts: Int, word: String = Kind.kind
    ) -> [Operation] {
        [
            Operation(
                .get, "/v1/\(path)", "List \(path)", verb: .words("get \(word)s"), query: listQuery,
                answer: .list(Kind.self), right: "view"),
            Operation(
                .get, "/v1/\(path)/{name:\(parts)}", "Show one of the \(path)",
                verb: .words("describe \(word)"), answer: .object(Kind.self), right: "view"),
        ]
    }

    private static let listQuery: [QueryParameter] =
        [
            .text("prefix", "only names that start with this"),
            .choice(
                "order", StateQuery.Order.allCases.map(\.rawValue),
                "by name, or the last changed first"),
            .text(
                "\(Routes.labelPrefix){name}",
                "only objects with this value of a label, such as \(Routes.labelPrefix)environment"),
        ] + pageQuery

    private static let instance: SchemaSource = { book in
        try book.object(
            InstanceListing.kind, spec: try book.schema(of: WorkloadSpec.self),
            status: try book.schema(of: InstanceStatus.self))
    }
}
