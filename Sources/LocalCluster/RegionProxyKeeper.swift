import GantryBase
import Glibc
import Model
import Supervision

/// Keeps the proxy process of one region running: adopts one that runs, starts one that does not, again and again.
///
/// The proxy outlives the server; that only one runs at a time is held by its lock.
actor RegionProxyKeeper {
    /// A proxy that lived this long was well; it is started again at once.
    static let wellAfter: Duration = .seconds(10)
    static let firstPause: Duration = .milliseconds(200)
    static let longestPause: Duration = .seconds(10)
    /// Beyond the proxy's own bound for its drain.
    static let stopPatience: Duration = .seconds(15)
    /// How often a proxy that has not written its first report yet is looked at.
    static let look: Duration = .milliseconds(50)

    private let folder: RegionFolder
    private let agent: String
    private var current: ProcessIdentity?
    private var isStopping = false
    private var keeping: Task<Void, Never>?
    /// Why no proxy runs, in words.
    private(set) var problem: String?

    init(folder: RegionFolder, agent: String) {
        (self.folder, self.agent) = (folder, agent)
    }

    /// Begins to keep it; may be called any number of times.
    func keep() {
        guard keeping == nil, !isStopping else { return }
        // Safe: kept, and cancelled or waited for by `letGo` and `stop`, one of which ends every cluster.
        keeping = Task { await keepRunning() }
    }

    /// Leaves the proxy running on its own.
    func letGo() async {
        isStopping = true
        keeping?.cancel()
        await keeping?.value
    }

    /// Ends the proxy once it has drained.
    func stop() async {
        isStopping = true
        keeping?.cancel()
        await keeping?.value
        guard let running = current ?? reported() else { return }
        ProcessWatch.shared.signal(running, SIGTERM)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await ProcessWatch.shared.exited(running) }
            tasks.addTask { try? await Task.sleep(for: Self.stopPatience) }
            await tasks.next()
            tasks.cancelAll()
        }
        ProcessWatch.shared.signal(running, SIGKILL)
        await ProcessWatch.shared.exited(running)
        current = nil
    }

    var process: ProcessIdentity? { current }

    private func keepRunning() async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do throws(GantryError) {
                current = try await adopted()
                if current == nil, !Task.isCancelled { current = try await start() }
                problem = nil
            } catch {
                problem = "the proxy cannot be started: \(error.message)"
            }
            if let current { await ProcessWatch.shared.exited(current) }
            if Task.isCancelled { return }
            current = nil
            if ContinuousClock.now - began > Self.wellAfter {
                pause = Self.firstPause
            } else {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// The proxy that holds the lock, once it has said who it is; nil when none holds it.
    private func adopted() async throws(GantryError) -> ProcessIdentity? {
        while HeldLock.isHeld(folder.lock), !Task.isCancelled {
            if let identity = reported() { return identity }
            try? await Task.sleep(for: Self.look)
        }
        return nil
    }

    private func reported() -> ProcessIdentity? {
        guard let identity = StoredFile.read(ProxyReport.self, folder.report)?.proxy, identity.isAlive,
            HeldLock.isHeld(folder.lock)
        else { return nil }
        return identity
    }

    private func start() async throws(GantryError) -> ProcessIdentity? {
        let (folder, agent) = (folder, agent)
        return try await blocking { () throws(GantryError) in
            guard let lock = try HeldLock(taking: folder.lock) else { return nil }
            let log = try AgentLog.open(folder.log)
            defer { close(log) }
            var request = ProcessRequest(
                command: [agent, "proxy", folder.routes, "--report", folder.report], directory: "/",
                environment: PlanMaking.agentEnvironment([:], token: nil))
            request.newSession = true
            request.input = .descriptor(lock.descriptor)
            request.output = .descriptor(log)
            request.error = .sameAsOutput
            return try ProcessTable.shared.spawn(request).identity
        }
    }
}

/// The few lines that an agent says about itself, beside the output of its program.
enum AgentLog {
    /// Emptied at the next start when it has grown beyond this.
    static let largest = 1 << 20
    /// What is read of it to say why an agent ended.
    static let tail = 400

    static func open(_ path: String) throws(GantryError) -> Int32 {
        var flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        var facts = stat()
        if stat(path, &facts) == 0, facts.st_size > largest { flags |= O_TRUNC }
        let file = Glibc.open(path, flags, 0o600)
        guard file >= 0 else { throw systemError("cannot open \(path)") }
        return file
    }

    static func lastWords(_ path: String) -> String? {
        guard let bytes = try? readFile(path, limit: 16 * largest) else { return nil }
        let text = String(decoding: bytes.suffix(tail), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix(AgentNotice.prefix) }
        let words = lines.suffix(3).joined(separator: "; ")
        return words.isEmpty ? nil : words
    }
}
