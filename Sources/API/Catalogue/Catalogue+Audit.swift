import HTTPTypes
import State

extension Catalogue {
    static var audit: [Operation] {
        [
            Operation(
                .get, "/v1/audit", "List who did what, the last first", verb: "audit",
                query: [
                    .text("prefix", "only of objects whose names start with this"),
                    .text("who", "only by this user, or by gantry/PART"),
                    .text("before", "only before this time, or what `next` said"),
                    .number("limit", 1...StateLimits.largestPageSize, "at most so many items"),
                ], answer: .items(AuditRecord.self), right: "managePlatform")
        ]
    }
}
