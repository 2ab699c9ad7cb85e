import GantryBase
import Glibc
import NIOCore
import Supervision
import Synchronization

/// One run of `git http-backend`, from its start to its end: feeds it the request, reads its complaints, holds its
/// limits, and ends it when the client is gone.
final class GitExchange: Sendable {
    /// From the end of the input to TERM, and from TERM to KILL.
    static let stopGrace = Period.seconds(2)
    static let watchEvery = Period.seconds(1)
    /// In bytes. When git ends before it has read everything, as above its limit, a client only listens after it has
    /// sent all: so the rest is read and dropped, up to here.
    static let largestDiscard: Int64 = 2 << 30
    /// In bytes: enough for every message of git; what is more is dropped.
    static let errorLimit = 16 << 10

    private enum Part { case fed, complained, ended, stopped }
    private struct Progress {
        var lastByte = ContinuousClock.now
        var received: Int64 = 0
        var isFed = false
        var errorText = ""
        var reason: String?
        var work: Task<ProcessExit, Never>?
    }

    let process: RunningProcess
    let output: Descriptor
    private let input: Descriptor
    private let errors: Descriptor
    private let request: GitRequest
    private let limits: GitBackend.Limits
    private let progress = Mutex(Progress())
    private let report: @Sendable (GitReport) -> Void

    /// Starts git; from a successful return on, `report` is called once.
    init(
        _ request: GitRequest, environment: [String: String], git: String, limits: GitBackend.Limits,
        report: @escaping @Sendable (GitReport) -> Void
    ) throws {
        var start = ProcessRequest(command: [git, "http-backend"], environment: environment)
        (start.input, start.output, start.error) = (.pipe, .pipe, .pipe)
        (start.dieWithParent, start.killsGroupAtEnd) = (true, true)
        process = try ProcessTable.shared.spawn(start)
        guard let inFile = process.input, let outFile = process.output, let errFile = process.error else {
            throw GantryError(.internal, "git was started without pipes")
        }
        (input, output, errors) = (Descriptor(inFile), Descriptor(outFile), Descriptor(errFile))
        (self.request, self.limits, self.report) = (request, limits, report)
    }

    /// Begins to feed and to watch the process.
    func start(_ body: GitRequest.Body) -> Reader {
        // Safe: ends with the process, which the watch in it ends at a limit; `abandon` cancels it.
        let work = Task { await run(body) }
        progress.withLock { $0.work = work }
        return Reader(self)
    }

    /// How it ended, once it has and the request was read to its end.
    func finish() async -> (exit: ProcessExit?, reason: String?) {
        let work = progress.withLock { $0.work }
        let exit = await work?.value
        return (exit, progress.withLock { $0.reason })
    }

    var errorText: String { progress.withLock { $0.errorText } }

    /// Bytes of the request's body that git has taken so far.
    var received: Int64 { progress.withLock { $0.received } }

    func touch() { progress.withLock { $0.lastByte = .now } }

    /// Says that nobody waits for the answer any more.
    ///
    /// A push that has come in full goes on: it may be moving refs, and then its record must follow.
    func abandon() {
        guard process.exit == nil else { return }
        let (work, isFed) = progress.withLock { ($0.work, $0.isFed) }
        guard isFed && request.suffix == GitBackend.Action.receive.suffix else {
            work?.cancel()
            return
        }
        // Safe: ends with the process, which is being watched. An unread pipe would hold git up for ever.
        Task { while let buffer = try? await output.read(), buffer.readableBytes > 0 { touch() } }
    }

    private func run(_ body: GitRequest.Body) async -> ProcessExit {
        await withTaskGroup(of: Part.self) { group in
            group.addTask { await self.feed(body) }
            group.addTask { await self.readErrors() }
            group.addTask { await self.watch() }
            group.addTask {
                _ = await self.process.wait()
                return .ended
            }
            var left: Set<Part> = [.fed, .complained, .ended]
            while !left.isEmpty, let part = await group.next() {
                left.remove(part)
                if part == .stopped {
                    stop()
                    group.cancelAll()
                }
            }
            group.cancelAll()
        }
        input.close()
        errors.close()
        let exit = await process.wait()
        let (received, text, reason) = progress.withLock { ($0.received, $0.errorText, $0.reason) }
        report(
            GitReport(
                service: request.service, user: request.user, suffix: request.suffix, exit: exit,
                received: received, errorText: text, endedBecause: reason))
        return exit
    }

    private func feed(_ body: GitRequest.Body) async -> Part {
        do {
            try await feed(from: body)
            progress.withLock { $0.isFed = true }
            input.close()
            return .fed
        } catch {
            progress.withLock {
                $0.reason = $0.reason ?? "the client went away before the end of its request"
            }
            input.close()
            stop()
            return .fed
        }
    }

    private func feed(from body: some AsyncSequence<ByteBuffer, any Error> & Sendable) async throws {
        var isRead = true
        var discarded: Int64 = 0
        for try await buffer in body {
            touch()
            if isRead { isRead = try await input.write(buffer) }
            if isRead {
                progress.withLock { $0.received += Int64(buffer.readableBytes) }
            } else {
                discarded += Int64(buffer.readableBytes)
                if discarded > Self.largestDiscard { return }
            }
            touch()
        }
    }

    /// Keeps the first part of what git complains of, and reads on, so that it is never held up.
    private func readErrors() async -> Part {
        var kept: [UInt8] = []
        while let buffer = try? await errors.read() {
            kept += buffer.readableBytesView.prefix(max(0, Self.errorLimit - kept.count))
        }
        let text = String(decoding: kept, as: UTF8.self)
        progress.withLock { $0.errorText = text }
        return .complained
    }

    /// Returns at a limit, or when it is cancelled: then nobody waits for the answer.
    private func watch() async -> Part {
        let end = ContinuousClock.now + limits.time.duration
        while (try? await Task.sleep(for: min(Self.watchEvery, limits.idle).duration)) != nil {
            let now = ContinuousClock.now
            let reason: String? = progress.withLock { progress in
                if now > end {
                    progress.reason = "it took more than \(limits.time)"
                } else if now > progress.lastByte + limits.idle.duration {
                    progress.reason = "no byte came or went for \(limits.idle)"
                }
                return progress.reason
            }
            if reason != nil { return .stopped }
        }
        return .stopped
    }

    /// Ends the process: a push by the end of its input, at which git removes what it had begun; then TERM, then KILL.
    ///
    /// The end of the input is safe: a part of a push lacks its closing checksum, and git refuses it.
    private func stop() {
        guard process.exit == nil else { return }
        let isPush = request.suffix == GitBackend.Action.receive.suffix
        if !isPush { process.signalGroup(SIGTERM) }
        // Safe: ends after the grace; a cancellation must not reach it, or what ignores TERM would stay.
        Task { [process] in
            for signal in isPush ? [SIGTERM, SIGKILL] : [SIGKILL] {
                try? await Task.sleep(for: Self.stopGrace.duration)
                if process.exit == nil { process.signalGroup(signal) }
            }
        }
    }
}
