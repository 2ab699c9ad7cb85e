/// Where the kernel shows the hierarchies of control groups: one for all controllers (version 2), one for
/// each (version 1), or both at once (hybrid).
struct ControlGroupMounts: Sendable, Hashable {
    enum Version: Sendable, Hashable { case one, two }
    struct Place: Sendable, Hashable {
        var path: String
        var version: Version
    }

    /// By controller name: `cpu`, `cpuacct`, `memory`, `pids`.
    var places: [String: Place] = [:]
    /// The unified hierarchy, whether or not it has controllers.
    var unified: String?

    static let controllers = ["cpu", "cpuacct", "memory", "pids"]

    /// - Parameters:
    ///   - mountinfo: the text of `/proc/self/mountinfo`.
    ///   - unifiedControllers: reads `cgroup.controllers` of the unified hierarchy at a path.
    init(mountinfo: String, unifiedControllers: (String) -> String) {
        for line in mountinfo.split(separator: "\n") {
            // 36 35 98:0 ROOT MOUNTPOINT OPTIONS [FIELDS …] - TYPE SOURCE SUPEROPTIONS
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), words.count >= dash + 4, dash > 5 else { continue }
            let path = String(words[4])
            switch words[dash + 1] {
            case "cgroup":
                for controller in words[dash + 3].split(separator: ",").map(String.init)
                where Self.controllers.contains(controller) && places[controller] == nil {
                    places[controller] = Place(path: path, version: .one)
                }
            case "cgroup2": unified = unified ?? path
            default: break
            }
        }
        guard let unified else { return }
        for controller in unifiedControllers(unified).split(whereSeparator: { $0 == " " || $0 == "\n" })
        where Self.controllers.contains(String(controller)) && places[String(controller)] == nil {
            places[String(controller)] = Place(path: unified, version: .two)
        }
    }

    static func ofThisMachine() -> ControlGroupMounts {
        func text(_ path: String) -> String {
            String(decoding: readWhole(path, limit: largestFile) ?? [], as: UTF8.self)
        }
        return ControlGroupMounts(mountinfo: text("/proc/self/mountinfo")) {
            text($0 + "/cgroup.controllers")
        }
    }

    /// Of mountinfo on a machine with thousands of mounts.
    private static let largestFile = 4 << 20
}
