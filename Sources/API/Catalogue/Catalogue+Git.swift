import HTTPTypes
import Wire

extension Catalogue {
    private static let transport = Operation.Verb.none("git itself speaks it: git clone, fetch and push")

    /// Answered by git's own backend in its own protocol; errors are plain text, which git shows to its user.
    static var git: [Operation] {
        let pattern = "/git/{repository:2}/{suffix*}"
        let shape = AnswerShape(type: "application/octet-stream", schema: { _ in ["type": "string"] })
        return [
            Operation(
                .get, pattern, "Begin git's smart HTTP protocol", verb: transport, answer: shape,
                right: "view or push"),
            Operation(
                .post, pattern, "Fetch or push by git's smart HTTP protocol", verb: transport, answer: shape,
                right: "view or push"),
        ]
    }
}
