import GantryBase
import Glibc

/// The folders that a step sees as its `/tmp` and `/var/tmp`, so that no other finds what it puts there.
///
/// On the disk and not in memory: compilers put gigabytes there, which would count as the step's memory; so they count
/// for the limit of the disk like all that it writes.
struct TemporaryFolders {
    private static let names = ["/tmp": "tmp", "/var/tmp": "var-tmp"]
    /// Removing what a step left may take long on a slow disk.
    private static let removalTimeLimit = Period.minutes(5)

    private let path: String

    init?(_ path: String?) {
        guard let path else { return nil }
        self.path = path
    }

    var covers: [String: String] { Self.names.mapValues { "\(path)/\($0)" } }

    func make() throws(GantryError) {
        // Closed: only through its mounts does the step get in.
        for (folder, mode) in [(path, mode_t(0o700))] + covers.values.map({ ($0, 0o1777) }) {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST, chmod(folder, mode) == 0 else {
                throw systemError("cannot make \(folder)")
            }
        }
    }

    /// What cannot be removed goes with the workspace.
    func remove() async {
        _ = try? await CommandRun(
            ["rm", "-rf", "--one-file-system", "--", path], timeLimit: Self.removalTimeLimit
        ).run()
    }
}
