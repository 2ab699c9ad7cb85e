import GantryBase
import Glibc
import Model
import Supervision
import Synchronization

/// Gives out the ports of this machine: stable ones that last as long as the data directory, and lent ones for
/// instances.
///
/// Each is tried by a bind first, so that several data directories and foreign programs on one machine do not meet.
/// A stable one that somebody else has taken meanwhile stays: its address is known to callers, and the proxy reports it.
/// Safe to use from any thread; blocks for a file's write where a stable port is new.
final class PortBook: Sendable {
    /// Below the ports that the kernel gives to outgoing connections, which begin at 32,768.
    static let defaultRange = 20_000...32_000
    static let host = "127.0.0.1"
    /// Callers that dial instances directly may hold an address for as long as the longest discovery wait.
    static let rest: Duration = .seconds(90)

    private struct Stable: Codable {
        var stable: [String: Int] = [:]
    }
    private struct State {
        var stable = Stable()
        var lent: [Int: String] = [:]
        var resting: [Int: ContinuousClock.Instant] = [:]
    }

    private let path: String
    private let range: ClosedRange<Int>
    private let random: RandomSource
    private let state: Mutex<State>

    init(path: String, range: ClosedRange<Int>, random: RandomSource) throws(GantryError) {
        (self.path, self.range, self.random) = (path, range, random)
        var state = State()
        if access(path, F_OK) == 0 {
            guard let stable = StoredFile.read(Stable.self, path) else {
                throw GantryError(
                    .invalid, "\(path) cannot be read",
                    hint: "restore it from a backup, or remove it to give new addresses")
            }
            state.stable = stable
        }
        self.state = Mutex(state)
    }

    /// The port of a stable address, given for good at the first time.
    func stable(_ use: String) throws(GantryError) -> Int {
        try state.withLock { state throws(GantryError) -> Int in
            if let port = state.stable.stable[use] { return port }
            let port = try find(state)
            var next = state.stable
            next.stable[use] = port
            try StoredFile.write(next, to: path, mode: 0o600)
            state.stable = next
            return port
        }
    }

    func known(_ use: String) -> Int? { state.withLock { $0.stable.stable[use] } }

    func lend(_ count: Int, to id: String) throws(GantryError) -> [Int] {
        try state.withLock { state throws(GantryError) -> [Int] in
            var ports: [Int] = []
            do throws(GantryError) {
                for _ in 0..<count {
                    let port = try find(state)
                    state.lent[port] = id
                    ports.append(port)
                }
            } catch {
                for port in ports { state.lent[port] = nil }
                throw error
            }
            return ports
        }
    }

    /// Notes the ports of an instance that was adopted.
    func note(_ ports: [Int], of id: String) {
        state.withLock { for port in ports { $0.lent[port] = id } }
    }

    func giveBack(_ id: String) {
        state.withLock { state in
            let now = ContinuousClock.now
            for (port, holder) in state.lent where holder == id {
                state.lent[port] = nil
                state.resting[port] = now
            }
            state.resting = state.resting.filter { now - $0.value < Self.rest }
        }
    }

    private func find(_ state: State) throws(GantryError) -> Int {
        let stable = Set(state.stable.stable.values)
        let start = Int(random.next() % UInt64(range.count))
        // The second round takes ports that rest, since one of those is better than none.
        for mayRest in [false, true] {
            for step in 0..<range.count {
                let port = range.lowerBound + (start + step) % range.count
                if stable.contains(port) || state.lent[port] != nil { continue }
                if !mayRest, state.resting[port] != nil { continue }
                if Self.isFree(port) { return port }
            }
        }
        throw GantryError(
            .limit, "no port of \(range.lowerBound) to \(range.upperBound) is free",
            hint: "run fewer instances on this machine, or give the cluster a larger range of ports")
    }

    /// Whether a server could listen on it now.
    static func isFree(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        // As servers do, so that what only waits out the end of old connections counts as free.
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return bound == 0
    }
}
