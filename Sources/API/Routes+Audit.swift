import Access
import ControlPlane
import GantryBase
import HTTPTypes
import State
import Wire

extension Routes {
    var audit: [Route] { [.signedIn(.get, "/v1/audit", listAudit)] }

    /// Who did what, the last first. Records name people and refused attempts of all businesses, so they are the
    /// installation's admin's to read.
    private func listAudit(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(["prefix", "who", "before", "limit"])
        try await operations.require(
            .managePlatform, on: nil, by: call.identity, for: "audit.list", request.query("prefix") ?? "")
        var query = AuditQuery(
            objectPrefix: request.query("prefix") ?? "", who: request.query("who"),
            limit: try request.number("limit", in: 1...StateLimits.largestPageSize) ?? StateLimits.pageSize)
        if let text = request.query("before") {
            if let number = Int64(text) {
                query.beforeNumber = number
            } else if let time = Timestamp(text) {
                query.before = time
            } else {
                throw GantryError(
                    .invalid, "before=\(text) is neither a time nor what `next` said",
                    hint: "give a time such as 2030-01-31T12:00:00Z")
            }
        }
        let records = try await store.audit(query)
        var answer: JSONValue = ["items": .array(try records.map { try JSON.value(of: $0) })]
        if records.count == query.limit { answer["next"] = records.last?.number.map { .string("\($0)") } }
        return .json(answer)
    }
}
