import GantryBase
import Glibc
import Model
import Wire

/// Reads the plan and the endpoint records, each file again only when it changed.
///
/// What cannot be read is reported and otherwise as if it had not changed (the plan) or did not exist (a record), so
/// that a mistake in one file stops nothing else.
struct PlanFiles {
    /// Tells whether a file is another one: writers replace by rename, which makes a new inode.
    private struct Stamp: Equatable {
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            (inode, size) = (UInt(status.st_ino), Int(status.st_size))
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }
    private struct Seen {
        var stamp: Stamp
        var record: EndpointRecord?
        var problem: String?
    }

    let path: String
    private(set) var plan: RoutePlan?
    private var planStamp: Stamp?
    private var planProblem: String?
    private var seen: [String: Seen] = [:]

    /// In bytes: a plan of thousands of routes stays far below.
    private static let longestFile = 16 << 20

    init(path: String) { self.path = path }

    /// The folder of the plan, to be watched.
    var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? "." }

    /// What is wrong with which file.
    var problems: [String: String] {
        var problems: [String: String] = [:]
        if let planProblem { problems[path] = planProblem }
        for (name, file) in seen {
            if let problem = file.problem { problems[name] = problem }
        }
        return problems
    }

    /// Looks at all files.
    ///
    /// - Returns: what is to be served; nil as long as there was never a readable plan.
    mutating func scan() -> Routing? {
        readPlan()
        guard let plan else { return nil }
        readRecords(plan.endpoints)
        return Routing(plan, EndpointTable(seen.values.compactMap(\.record), region: plan.region))
    }

    private mutating func readPlan() {
        guard let stamp = Stamp(path) else {
            planProblem = "the route plan is missing"
            planStamp = nil
            return
        }
        guard stamp != planStamp else { return }
        planStamp = stamp
        do {
            let next = try JSON.decode(RoutePlan.self, from: Self.read(path))
            if next.endpoints != plan?.endpoints { seen = [:] }
            (plan, planProblem) = (next, nil)
        } catch {
            planProblem = "the route plan cannot be read: \(error)"
        }
    }

    private mutating func readRecords(_ folder: String) {
        var found: [String: Seen] = [:]
        for name in Self.names(in: folder) where name.hasSuffix(".json") && !name.hasPrefix(".") {
            let path = folder + "/" + name
            guard let stamp = Stamp(path) else { continue }
            if let old = seen[name], old.stamp == stamp {
                found[name] = old
                continue
            }
            var entry = Seen(stamp: stamp)
            do {
                entry.record = try JSON.decode(EndpointRecord.self, from: Self.read(path))
            } catch {
                entry.problem = "the endpoint record cannot be read: \(error)"
            }
            found[name] = entry
        }
        seen = found
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw GantryError(.unavailable, "\(path): \(SystemError.text())") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw GantryError(.unavailable, "\(path): \(SystemError.text())") }
            if count == 0 { return bytes }
            bytes += block[0..<count]
            guard bytes.count <= longestFile else { throw GantryError(.limit, "\(path) is too large") }
        }
    }
}

/// The system's own words for its last error.
enum SystemError {
    static func text(_ code: Int32 = errno) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
