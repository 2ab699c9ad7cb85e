import GantryBase
import Glibc
import Model
import Supervision
import Wire

/// What the cluster itself must know of an instance after a restart, beside the agent's plan.
struct InstanceRecord: Codable, Sendable, Hashable {
    var schemaVersion = 1
    var generation: String
    /// The boot of the machine in which it was started: no process of an earlier one lives.
    var boot: String
    var createdAt: Timestamp
    var plan: InstancePlan

    var name: InstanceName { plan.name }
    /// In the environment of every process of the instance.
    var mark: String { "\(PlanMaking.instanceVariable)=\(plan.name)" }

    func leftovers(_ program: ProcessIdentity?) -> Leftovers {
        Leftovers(mark: mark, program: program, group: plan.limits?.group)
    }

    /// The status before its agent has said anything.
    func status(_ phase: InstanceStatus.Phase, reason: String?, at time: Timestamp) -> InstanceStatus {
        var addresses: [String: String] = [:]
        for port in plan.ports { addresses[port.name] = "\(port.host):\(port.port)" }
        return InstanceStatus(
            name: plan.name, release: plan.release, phase: phase, addresses: addresses, reason: reason,
            startedAt: createdAt, changedAt: time, generation: generation)
    }
}

/// JSON files, whole or not at all.
enum StoredFile {
    static let largest = 16 << 20

    /// Nil when it is not there or cannot be understood.
    static func read<T: Decodable>(_ type: T.Type, _ path: String) -> T? {
        guard let bytes = try? readFile(path, limit: largest) else { return nil }
        return try? JSON.decode(type, from: bytes)
    }

    /// Makes a new file that means nothing after a crash of the machine, and so is not waited for on the disk.
    static func make(_ path: String, _ value: some Encodable) throws(GantryError) {
        let bytes = try encoded(value, path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw systemError("cannot make \(path)") }
        defer { close(file) }
        try writeWhole(bytes, to: file, "cannot write \(path)")
    }

    static func write(_ value: some Encodable, to path: String, mode: UInt32 = 0o644) throws(GantryError) {
        try replaceFile(path, with: encoded(value, path), mode: mode)
    }

    private static func encoded(_ value: some Encodable, _ path: String) throws(GantryError) -> [UInt8] {
        do {
            return try JSON.encode(value, pretty: true)
        } catch {
            throw GantryError(.internal, "cannot encode \(path)", cause: error)
        }
    }

    static func writeWhole(_ bytes: [UInt8], to file: Int32, _ failure: String) throws(GantryError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw systemError(failure) }
            rest = rest.dropFirst(count)
        }
    }
}

enum Machine {
    /// Changes at each start of the machine.
    static func bootID() -> String {
        guard let bytes = try? readFile("/proc/sys/kernel/random/boot_id", limit: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }

    /// The ports that the kernel gives to outgoing connections.
    static func ephemeralPorts() -> ClosedRange<Int> {
        let text = (try? readFile("/proc/sys/net/ipv4/ip_local_port_range", limit: 64)) ?? []
        let numbers = String(decoding: text, as: UTF8.self).split { " \t\n".contains($0) }.compactMap {
            Int($0)
        }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return 32_768...60_999 }
        return numbers[0]...numbers[1]
    }
}
