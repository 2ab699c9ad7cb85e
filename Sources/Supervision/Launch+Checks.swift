import CGantry
import GantryBase
import Glibc

extension Launch {
    /// Where a program without a slash is looked for when the environment has no `PATH`, as `execvp` does.
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    static func check(_ request: ProcessRequest) throws(GantryError) {
        guard let program = request.command.first, !program.isEmpty else {
            throw GantryError(.invalid, "the command is empty", hint: "name a program to run")
        }
        let texts =
            request.command + request.hiddenPaths + request.groupFiles + [request.directory ?? ""]
            + request.environment.keys
        for text in texts where text.utf8.contains(0) {
            throw GantryError(.invalid, "\(program): a zero byte in an argument, a path or a variable's name")
        }
        for (name, value) in request.environment {
            guard !name.isEmpty, !name.contains("=") else {
                throw GantryError(.invalid, "\(program): \"\(name)\" cannot be the name of a variable")
            }
            guard !value.utf8.contains(0) else {
                throw GantryError(.invalid, "\(program): the value of \(name) has a zero byte")
            }
        }
        guard request.groupFiles.count <= Int(GANTRY_GROUP_LIMIT) else {
            throw GantryError(.limit, "\(program): more than \(GANTRY_GROUP_LIMIT) control groups")
        }
        guard request.hiddenPaths.isEmpty || request.namespaces else {
            throw GantryError(.invalid, "\(program): paths can only be hidden in namespaces of its own")
        }
    }

    static func candidates(_ request: ProcessRequest) -> [String] {
        let program = request.command[0]
        if program.contains("/") { return [program] }
        let path = request.environment["PATH"] ?? defaultPath
        return path.split(separator: ":", omittingEmptySubsequences: false)
            .map { ($0.isEmpty ? "." : $0) + "/" + program }
    }

    /// Follows symbolic links, so that a hidden path is hidden under each of its names, and drops what lies
    /// below another hidden path.
    static func resolve(
        _ request: ProcessRequest
    ) throws(GantryError) -> (hidden: [String], directory: String?) {
        guard !request.hiddenPaths.isEmpty else { return ([], request.directory) }
        var hidden: [String] = []
        for path in request.hiddenPaths {
            guard path.hasPrefix("/"), let real = realPath(path), real != "/" else {
                throw GantryError(
                    .invalid, "\(request.command[0]): cannot hide \(path): not an existing path below /",
                    hint: "name an existing folder or file by its absolute path")
            }
            hidden.append(real)
        }
        let all = Set(hidden)
        hidden = all.filter { path in !all.contains { path.hasPrefix($0 + "/") } }.sorted()
        guard let directory = request.directory else { return (hidden, nil) }
        let real = realPath(directory) ?? directory
        if hidden.contains(real) {
            throw GantryError(
                .invalid, "\(request.command[0]): its working directory \(directory) is to be hidden")
        }
        return (hidden, real)
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
