import GantryBase
import Glibc
import Model

/// Where steps keep their files.
///
/// `DATA/runs` is the server's alone: plans, logs, results. `DATA/workspaces/BUSINESS` is the business's user's alone:
/// per run a folder with `source`, `home` and `out`.
struct StepPlaces: Sendable {
    let data: String

    var runs: String { data + "/runs" }
    var workspaces: String { data + "/workspaces" }

    func prepare() throws(GantryError) {
        try make(runs, mode: 0o700)
        // Passed through by every business's user, listed by none.
        try make(workspaces, mode: 0o711)
    }

    func step(_ id: StepID) -> String { "\(runs)/\(id.run.path)/\(id.stage)-\(id.step)-\(id.attempt)" }
    func workspace(of run: RunName) -> String { "\(workspaces)/\(run.path)" }
    func source(of run: RunName) -> String { workspace(of: run) + "/source" }
    func home(of run: RunName) -> String { workspace(of: run) + "/home" }
    func archive(of run: RunName) -> String { workspace(of: run) + "/out/layer.tar.gz" }

    func makeStep(_ id: StepID) throws(GantryError) {
        let service = "\(runs)/\(id.run.service.business)"
        for folder in [service, "\(runs)/\(id.run.service)", "\(runs)/\(id.run)", step(id)] {
            try make(folder, mode: 0o700)
        }
    }

    /// Makes the folders that are not there; each belongs to the owner, and nobody else looks into the business's.
    func makeWorkspace(_ run: RunName, owner: ProcessUser?) throws(GantryError) {
        let business = "\(workspaces)/\(run.service.business)"
        let workspace = workspace(of: run)
        for folder in [
            business, "\(workspaces)/\(run.service)", workspace, source(of: run), home(of: run),
            workspace + "/out",
        ] {
            if try make(folder, mode: 0o700), let owner, lchown(folder, owner.uid, owner.gid) != 0 {
                throw failure("give away", folder)
            }
        }
    }

    /// - Returns: false when the folder was there.
    @discardableResult
    private func make(_ folder: String, mode: mode_t) throws(GantryError) -> Bool {
        if mkdir(folder, mode) == 0 { return true }
        guard errno == EEXIST else { throw failure("make", folder) }
        return false
    }

    private func failure(_ verb: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "look at the disk that holds the data directory")
    }
}
