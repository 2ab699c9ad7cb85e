import Glibc

/// How secrets come to an agent: in its own environment, under names that it alone reads. They are in no plan and in
/// no other file.
package enum AgentSecrets {
    /// Variables of the agent with this prefix go to the program without it, and nowhere else.
    package static let prefix = "GANTRY_SECRET_"

    /// The secrets that this process was started with, by their names.
    static func received() -> [String: String] {
        var secrets: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if text.hasPrefix(prefix), let equals = text.firstIndex(of: "=") {
                let name = text[..<equals].dropFirst(prefix.count)
                if !name.isEmpty { secrets[String(name)] = String(text[text.index(after: equals)...]) }
            }
            next += 1
        }
        return secrets
    }

    /// Takes a variable of this process away and returns it, so that nothing that the process starts or shows later has
    /// it. Only while there is one thread: the C library's environment is nobody's else then.
    package static func take(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }) else { return nil }
        unsetenv(name)
        return value
    }
}
