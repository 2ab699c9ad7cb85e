import GantryBase
import Glibc
import Model
import Supervision

/// Where everything of a local cluster lies below the data directory.
///
/// Programs run as users of their own, so the folders on the way to what they may read can be entered by all and listed
/// by nobody else (0711); what holds a secret or belongs to another business is closed further down.
struct ClusterFolders: Sendable {
    let data: String
    let root: String

    init(data: String, cluster: ClusterName) {
        self.data = data
        root = "\(data)/clusters/\(cluster)"
    }

    var instances: String { root + "/instances" }
    var apps: String { root + "/apps" }
    var ports: String { root + "/ports.json" }
    func instance(_ id: String) -> InstanceFolder { InstanceFolder(path: "\(instances)/\(id)") }
    func region(_ name: RegionName) -> RegionFolder { RegionFolder(path: "\(root)/regions/\(name)") }
    func business(_ name: BusinessName) -> String { "\(apps)/\(name)" }
    func service(_ name: ServiceName) -> String { "\(apps)/\(name)" }

    /// - Parameter shared: programs of other users must get through.
    func make(shared: Bool) throws(GantryError) {
        let mode: mode_t = shared ? 0o711 : 0o700
        for folder in ["\(data)/clusters", root, instances, apps, "\(root)/regions"] {
            try makeFolder(folder, mode: mode)
        }
        guard shared else { return }
        try openWay()
    }

    /// Lets other users through the data directory itself. Above it nothing is changed: that is the owner's choice.
    private func openWay() throws(GantryError) {
        var facts = stat()
        guard stat(data, &facts) == 0 else { throw systemError("cannot look at \(data)") }
        if facts.st_mode & 0o011 != 0o011, chmod(data, facts.st_mode & 0o7777 | 0o011) != 0 {
            throw systemError("cannot open the way through \(data)")
        }
        var parent = data
        while let slash = parent.lastIndex(of: "/"), slash > parent.startIndex {
            parent = String(parent[..<slash])
            guard stat(parent, &facts) == 0 else { throw systemError("cannot look at \(parent)") }
            guard facts.st_mode & 0o001 != 0 else {
                throw GantryError(
                    .unsupported,
                    "programs of businesses cannot reach their files: \(parent) is closed to other users",
                    hint:
                        "put the data directory elsewhere, run `chmod o+x \(parent)`, or set `isolation: none`"
                )
            }
        }
    }

    func regionNames() -> [RegionName] { names(in: root + "/regions").map { RegionName($0) } }
    func instanceIDs() -> [String] { names(in: instances) }
}

/// The files of one instance.
struct InstanceFolder: Sendable, Hashable {
    let path: String
    var plan: String { path + "/plan.json" }
    var record: String { path + "/record.json" }
    var report: String { path + "/report.json" }
    var output: String { path + "/output.log" }
    var agentLog: String { path + "/agent.log" }
    /// Held by the agent for as long as it lives, from its very start.
    var lock: String { path + "/agent.lock" }
    /// Its end was seen by whoever asks for the state of the workload.
    var seen: String { path + "/seen" }
    /// What its agent collected and has not sent yet.
    var signals: String { path + "/signals" }
    /// All that was collected has arrived, or was given up.
    var shipped: String { path + "/shipped" }
    /// The instance is forgotten; its folder goes once it is `shipped`.
    var removed: String { path + "/removed" }
    /// The home of the program, the only place that it may write to.
    var home: String { path + "/tmp" }

    func markSeen() { Self.mark(seen) }

    static func mark(_ path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file >= 0 { close(file) }
    }
}

struct RegionFolder: Sendable, Hashable {
    let path: String
    var routes: String { path + "/routes.json" }
    var endpoints: String { path + "/endpoints" }
    var report: String { path + "/report.json" }
    var log: String { path + "/proxy.log" }
    var lock: String { path + "/proxy.lock" }

    func make() throws(GantryError) {
        try makeFolder(path, mode: 0o700)
        try makeFolder(endpoints, mode: 0o700)
    }
}

/// Makes a folder or corrects its mode; a link in its place is refused.
func makeFolder(_ path: String, mode: mode_t, group: UInt32? = nil) throws(GantryError) {
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw systemError("cannot make \(path)") }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw systemError("cannot open \(path)") }
    defer { close(folder) }
    if let group, fchown(folder, geteuid(), group) != 0 { throw systemError("cannot give \(path) away") }
    guard fchmod(folder, mode) == 0 else { throw systemError("cannot change the mode of \(path)") }
}

/// Names in a folder but those that begin with a dot; none when it cannot be read.
func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
