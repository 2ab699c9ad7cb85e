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
            + request.privateFolders.keys + request.privateFolders.values
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
        guard request.privateFolders.count <= Int(GANTRY_COVER_LIMIT) else {
            throw GantryError(.limit, "\(program): more than \(GANTRY_COVER_LIMIT) private folders")
        }
        let isPlain =
            request.hiddenPaths.isEmpty && request.privateFolders.isEmpty && request.sharedMemory == nil
        guard isPlain || request.namespaces else {
            throw GantryError(
                .invalid, "\(program): paths can only be hidden or made private in namespaces of its own")
        }
    }

    static func candidates(_ request: ProcessRequest) -> [String] {
        let program = request.command[0]
        if program.contains("/") { return [program] }
        let path = request.environment["PATH"] ?? defaultPath
        return path.split(separator: ":", omittingEmptySubsequences: false)
            .map { ($0.isEmpty ? "." : $0) + "/" + program }
    }

    /// What the program sees of the file system, with symbolic links followed, so that a path is hidden under each of
    /// its names.
    struct View {
        var hidden: [String] = []
        /// Paths that folders are laid over, and those.
        var covered: [String] = []
        var covers: [String] = []
        var directory: String?
        /// The working directory, when it lies below what is laid over.
        var visible: String?
    }

    static func view(_ request: ProcessRequest) throws(GantryError) -> View {
        var view = View(directory: request.directory)
        guard !request.hiddenPaths.isEmpty || !request.privateFolders.isEmpty else { return view }
        for (path, cover) in request.privateFolders.sorted(by: { $0.key < $1.key }) {
            guard let real = realPath(path), real != "/", !view.covered.contains(real) else { continue }
            view.covered.append(real)
            view.covers.append(cover)
        }
        let hidden = try hiddenPaths(request)
        let all = hidden.union(view.covered)
        func isBelow(_ path: String) -> Bool { all.contains { path.hasPrefix($0 + "/") } }
        // What lies below another is hidden with it.
        view.hidden = hidden.filter { !isBelow($0) && !view.covered.contains($0) }.sorted()
        guard let directory = request.directory else { return view }
        let real = realPath(directory) ?? directory
        if hidden.contains(real) {
            throw GantryError(
                .invalid, "\(request.command[0]): its working directory \(directory) is to be hidden")
        }
        view.directory = real
        view.visible = isBelow(real) ? real : nil
        return view
    }

    private static func hiddenPaths(_ request: ProcessRequest) throws(GantryError) -> Set<String> {
        var hidden: Set<String> = []
        for path in request.hiddenPaths {
            guard path.hasPrefix("/"), let real = realPath(path), real != "/" else {
                throw GantryError(
                    .invalid, "\(request.command[0]): cannot hide \(path): not an existing path below /",
                    hint: "name an existing folder or file by its absolute path")
            }
            hidden.insert(real)
        }
        return hidden
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
