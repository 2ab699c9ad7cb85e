import Glibc

/// The variables of this process that steps depend on.
enum ProcessEnvironment {
    static var path: String? { getenv("PATH").map { String(cString: $0) } }
}
