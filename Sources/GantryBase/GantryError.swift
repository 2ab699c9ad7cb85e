/// The one error that crosses a boundary between parts, or between Gantry and a person.
///
/// Parsers and drivers may throw their own typed errors inside; what leaves a part says what happened, where, and
/// what to do next. `cause` is for the logs and is never shown to a caller.
public struct GantryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable word that programs may rely on; it maps to one HTTP status and one exit status.
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The input is wrong; asking again with the same input fails again.
        case invalid
        /// No valid identity came with the request.
        case unauthenticated
        /// The identity is known and lacks a right; the message names the right.
        case forbidden
        case notFound = "not-found"
        /// What is to be made exists.
        case exists
        /// The object changed since it was read, or its state does not allow the action.
        case conflict
        /// A named limit was reached.
        case limit
        case timeout
        /// Something Gantry depends on does not answer; trying again later may help.
        case unavailable
        /// What was asked for cannot be done on this machine or with this driver.
        case unsupported
        /// A fault of Gantry.
        case `internal`
    }

    public var code: Code
    /// One sentence: what happened, and where. No secret, no stack.
    public var message: String
    /// What to do next, as an instruction.
    public var hint: String?
    public var cause: String?

    public init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause.map { "\($0)" }
    }

    public var description: String {
        var text = "\(code.rawValue): \(message)"
        if let hint { text += " (\(hint))" }
        if let cause { text += " [cause: \(cause)]" }
        return text
    }
}
