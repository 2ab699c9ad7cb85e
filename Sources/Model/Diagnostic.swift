/// A mistake in a file that a person wrote, with its place.
public struct Diagnostic: Codable, Sendable, Hashable {
    public enum Severity: String, Codable, Sendable { case error, warning }

    public var severity: Severity
    public var file: String
    /// Counted from 1, as editors do; columns in Unicode scalars.
    public var line: Int
    public var column: Int
    /// A stable word for the kind of mistake, such as `unknown-key`.
    public var code: String
    public var message: String
    public var hint: String?

    public init(
        _ severity: Severity = .error, file: String, line: Int, column: Int, code: String, message: String,
        hint: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `service.yaml:7:3: error: message` with the hint on a line of its own, as compilers print and editors read.
    public var description: String {
        let first = "\(file):\(line):\(column): \(severity.rawValue): \(message) [\(code)]"
        return hint.map { first + "\n    hint: \($0)" } ?? first
    }
}
