import GantryBase
import Glibc
import Model
import Supervision

/// Where steps keep their files.
///
/// Both folders are closed to everyone but the server. `DATA/runs/RUN/STAGE-STEP-ATTEMPT` holds a step's plan, log and
/// result. `DATA/workspaces/RUN` holds `source`, `home` and `out`, which belong to the business's user, in a folder
/// that does not: the user can fill the three and cannot replace one of them by a link. A step reaches them because
/// its mount namespace shows them and hides the rest of the data directory, so that one run of a business cannot
/// reach into another.
struct StepPlaces: Sendable {
    let data: String

    /// - Parameter directory: the data directory; must be there.
    init(directory: String) throws(GantryError) {
        // Without links, so that hiding it hides every way to it.
        guard let real = realpath(directory, nil) else {
            throw Self.failure("find", directory)
        }
        defer { free(real) }
        data = String(cString: real)
    }

    var runs: String { data + "/runs" }
    var workspaces: String { data + "/workspaces" }

    func prepare() throws(GantryError) {
        try make(runs, mode: 0o700)
        try make(workspaces, mode: 0o700)
    }

    func step(_ id: StepID) -> StepFolder {
        StepFolder(path: "\(folder(of: id.run))/\(id.stage)-\(id.step)-\(id.attempt)")
    }
    func folder(of run: RunName) -> String { "\(runs)/\(run.path)" }
    func workspace(of run: RunName) -> String { "\(workspaces)/\(run.path)" }
    func source(of run: RunName) -> String { workspace(of: run) + "/source" }
    func home(of run: RunName) -> String { workspace(of: run) + "/home" }
    /// The step's own `/tmp` and `/var/tmp`: in the workspace, so that what a killed agent leaves goes with it.
    func temporary(of id: StepID) -> String {
        "\(workspace(of: id.run))/tmp-\(id.stage)-\(id.step)-\(id.attempt)"
    }
    /// Where the build step writes, as the business's user.
    func builtArchive(of run: RunName) -> String { workspace(of: run) + "/out/layer.tar.gz" }
    /// Where the server keeps what it took from there.
    func archive(of run: RunName) -> String { folder(of: run) + "/layer.tar.gz" }

    func makeStep(_ id: StepID) throws(GantryError) {
        try Self.check(id.run.service)
        try makeParents(runs, id.run)
        try make(step(id).path, mode: 0o700)
    }

    /// Makes what is not there, and corrects what a crash left half made.
    func makeWorkspace(_ run: RunName, owner: ProcessUser?) throws(GantryError) {
        try Self.check(run.service)
        try makeParents(workspaces, run)
        // Passed through by the business's user once the folders above are out of the way.
        try make(workspace(of: run), mode: 0o711)
        for folder in ["source", "home", "out"] {
            try make("\(workspace(of: run))/\(folder)", mode: 0o700, owner: owner)
        }
    }

    /// Run numbers with a folder below `runs` or `workspaces`, newest first.
    func numbers(of service: ServiceName, below root: String) -> [Int] {
        guard let stream = opendir("\(root)/\(service)") else { return [] }
        defer { closedir(stream) }
        var numbers: [Int] = []
        while let entry = readdir(stream) {
            let name = entryName(entry)
            if let number = Int(name), number > 0, String(number) == name { numbers.append(number) }
        }
        return numbers.sorted(by: >)
    }

    /// Names are held to the norm where they come in; here they become paths, and a wrong one must not leave its place.
    static func check(_ service: ServiceName) throws(GantryError) {
        for part in [service.business.text, service.name] {
            if part.isEmpty || part == "." || part == ".."
                || part.utf8.contains(where: { $0 == 0 || $0 == 47 })
            {
                throw GantryError(.invalid, "\"\(service)\" cannot be the name of a service")
            }
        }
    }

    private func makeParents(_ root: String, _ run: RunName) throws(GantryError) {
        for folder in [run.service.business.text, run.service.path, run.path] {
            try make("\(root)/\(folder)", mode: 0o700)
        }
    }

    private func make(_ folder: String, mode: mode_t, owner: ProcessUser? = nil) throws(GantryError) {
        guard mkdir(folder, mode) == 0 || errno == EEXIST else { throw Self.failure("make", folder) }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("use", folder) }
        defer { close(descriptor) }
        if let owner, fchown(descriptor, owner.uid, owner.gid) != 0 {
            throw Self.failure("give away", folder)
        }
        guard fchmod(descriptor, mode) == 0 else { throw Self.failure("protect", folder) }
    }

    private static func failure(_ verb: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "look at the disk that holds the data directory")
    }
}

/// The name of an entry that `readdir` gave.
func entryName(_ entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
