import GantryBase
import Glibc
import Model
import Supervision
import Wire

/// The files of one step, and what they say of its state.
///
/// The agent's messages go to `agent.log`, which it holds open, and locked, from the moment it is forked until it is
/// gone: so there is no moment in which it runs and is not known to run, whoever died at whatever point.
struct StepFolder: Sendable {
    let path: String

    static let largestFile = 1 << 20

    var plan: String { path + "/plan.json" }
    var log: String { path + "/log" }
    var result: String { path + "/result.json" }
    var identity: String { path + "/agent.json" }
    var messages: String { path + "/agent.log" }
    var tests: String { path + "/tests.json" }

    enum State: Sendable {
        case unknown
        /// Nil in the first milliseconds of the agent.
        case running(ProcessIdentity?)
        case finished(StepResult)
        case lost
    }

    func state() -> State {
        if let result: StepResult = read(result) { return .finished(result) }
        switch AgentLock.look(messages) {
        case .missing: return .unknown
        case .held: return .running(read(identity))
        case .free:
            // The agent's last act is the result: look once more before saying that there is none.
            if let result: StepResult = read(result) { return .finished(result) }
            return .lost
        }
    }

    func read<T: Decodable>(_ file: String) -> T? {
        guard let bytes = try? readFile(file, limit: Self.largestFile) else { return nil }
        return try? JSON.decode(T.self, from: bytes)
    }

    func write(_ value: some Encodable, to file: String) throws(GantryError) {
        let bytes: [UInt8]
        do { bytes = try JSON.encode(value) } catch {
            throw GantryError(.internal, "\(file) cannot be encoded", cause: error)
        }
        try replaceFile(file, with: bytes, mode: 0o600)
    }

    /// Opens the agent's messages and locks them for the agent that is to inherit the descriptor.
    ///
    /// - Returns: nil when another start was first. The caller closes the descriptor; the lock lives on in the agent.
    func claim() throws(GantryError) -> Int32? {
        let descriptor = open(messages, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw GantryError(
                .unavailable, "cannot write \(messages): \(String(cString: strerror(errno)))",
                hint: "look at the disk that holds the data directory")
        }
        // An agent that has been here and gone left its identity at least, or died before it did anything.
        if AgentLock.take(descriptor), access(identity, F_OK) != 0, access(result, F_OK) != 0 {
            return descriptor
        }
        close(descriptor)
        return nil
    }
}

/// A lock on a file that belongs to an open descriptor and all its copies in other processes, not to a process: the
/// kernel lets go of it when the last copy is closed.
enum AgentLock {
    enum Holder: Sendable { case missing, held, free }

    // `F_OFD_GETLK` and `F_OFD_SETLK`, which <fcntl.h> gives only to GNU sources.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    static func take(_ descriptor: Int32) -> Bool {
        var lock = wholeFile
        return fcntl(descriptor, setLock, &lock) == 0
    }

    /// Looks without taking, so that looking never stands in the way of a start.
    static func look(_ file: String) -> Holder {
        let descriptor = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return .missing }
        defer { close(descriptor) }
        var lock = wholeFile
        guard fcntl(descriptor, getLock, &lock) == 0 else { return .held }
        return lock.l_type == Int16(F_UNLCK) ? .free : .held
    }

    private static var wholeFile: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}
