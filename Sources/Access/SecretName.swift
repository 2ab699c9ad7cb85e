package import GantryBase
package import Model

/// What a secret is called: the variable it becomes, and whose it is.
package struct SecretName: Sendable, Hashable, CustomStringConvertible {
    /// Stands for all environments. No environment can be called so under the naming norm.
    static let everywhere = "*"
    package static let variableBytes = 128

    package var service: ServiceName
    /// Nil means all environments; one for a single environment goes before it.
    package var environment: EnvironmentName?
    package var variable: String

    /// Throws `.invalid` when a part could not be told from another in a path, or the variable is none.
    package init(
        _ service: ServiceName, _ environment: EnvironmentName?, _ variable: String
    ) throws(GantryError) {
        let parts = [service.business.text, service.name, environment?.text ?? "-"]
        guard parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") && $0 != Self.everywhere }) else {
            throw GantryError(
                .invalid, "\(service) in \(environment?.text ?? "all environments") is no place of a secret",
                hint: "name it BUSINESS/SERVICE and an environment of the platform")
        }
        guard Self.isVariable(variable) else {
            throw GantryError(
                .invalid,
                "a secret is named as a variable: letters, digits and _, not starting with a digit, at "
                    + "most \(Self.variableBytes)", hint: "use a name such as DB_PASSWORD")
        }
        (self.service, self.environment, self.variable) = (service, environment, variable)
    }

    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let service = ServiceName(path: parts[0] + "/" + parts[1]) else { return nil }
        let environment = parts[2] == Self.everywhere ? nil : EnvironmentName(parts[2])
        do {
            try self.init(service, environment, parts[3])
        } catch {
            return nil
        }
    }

    package var path: String { "\(service)/\(environment?.text ?? Self.everywhere)/\(variable)" }
    package var description: String { path }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first), text.utf8.count <= variableBytes else {
            return false
        }
        return text.utf8.allSatisfy { isDigit($0) || (97...122).contains($0 | 32) || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
