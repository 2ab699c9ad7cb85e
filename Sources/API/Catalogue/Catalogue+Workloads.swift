import HTTPTypes
import Model

extension Catalogue {
    static var workloads: [Operation] {
        [
            Operation(
                .get, "/v1/workloads/{name:4}/render", "Print the effective spec of a workload as YAML",
                verb: "render", answer: .text(Answer.yamlType), right: "view"),
            Operation(
                .put, "/v1/workloads/{name:4}/override", "Set the number of instances by hand", verb: "scale",
                body: .value(Routes.OverrideBody.self), answer: .object(StoredOverride.self),
                right: "operate", actsOnce: true, guardedKind: StoredOverride.kind),
            Operation(
                .delete, "/v1/workloads/{name:4}/override", "Clear what was set by hand", verb: "scale",
                answer: .done, right: "operate", actsOnce: true, guardedKind: StoredOverride.kind),
            Operation(
                .get, "/v1/instances/{name:5}/output", "Print what an instance prints", verb: "output",
                query: [
                    .number("lines", 0...APILimits().outputLines, "begin with so many last lines"),
                    .flag("follow", "go on as the program prints"),
                ], answer: .stream(Answer.textType), right: "view"),
        ]
    }
}
