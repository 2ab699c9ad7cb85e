import Glibc
import Model

/// Kills the children of this process: since it adopts orphans, that is all that an ended program left behind, also
/// what moved to a session of its own.
enum OrphanSweep {
    /// Returns how many were still there. A killed child's own children become ours, and die in the next round.
    static func killChildren() -> Int {
        let ours = getpid()
        guard let proc = opendir("/proc") else { return 0 }
        defer { closedir(proc) }
        var count = 0
        while let entry = readdir(proc) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name), let fields = ProcessIdentity.statFields(of: pid), fields.parent == ours,
                fields.state != UInt8(ascii: "Z")
            else { continue }
            kill(pid, SIGKILL)
            count += 1
        }
        return count
    }
}
