package import GantryBase
import Glibc

/// A short program run to its end for what it prints, such as `tar` or `git`.
///
/// Its environment holds `PATH` and `LC_ALL` and what is given; output beyond the limit ends it. Not for a service or a
/// step: those have their agents.
package struct CommandRun: Sendable {
    package var command: [String]
    package var directory: String?
    package var environment: [String: String]
    package var timeLimit: Period
    package var outputLimit: Int
    /// What errors call it.
    package var name: String
    /// Whether a cancelled task kills the program, which then ended by a signal. Not by default: who does not ask for
    /// it would take the cancellation for a failure of the program.
    package var isCancellable = false

    /// Of standard output; what Gantry asks programs for is small.
    package static let defaultOutputLimit = 4 << 20
    /// Of standard error, from its end; it goes into an error's cause.
    static let errorLimit = 4 << 10

    package init(
        _ command: [String], directory: String? = nil, environment: [String: String] = [:],
        timeLimit: Period = .seconds(30), outputLimit: Int = CommandRun.defaultOutputLimit
    ) {
        (self.command, self.directory, self.timeLimit) = (command, directory, timeLimit)
        (self.environment, self.outputLimit) = (environment, outputLimit)
        name = command.first ?? ""
    }

    package struct Output: Sendable {
        package var exit: ProcessExit
        package var bytes: [UInt8]
        /// The end of standard error.
        package var complaint: String
    }

    /// What the program printed; an exit status other than 0 is `.unavailable` with its complaint as the cause.
    package func text() async throws(GantryError) -> String {
        let output = try await run()
        guard output.exit.succeeded else {
            throw GantryError(
                .unavailable, "\(name) failed: \(output.complaint.suffix(300))",
                hint: "see the server's log")
        }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// The pipes are read on a thread of their own, since reading them blocks.
    package func run() async throws(GantryError) -> Output {
        var request = ProcessRequest(
            command: command, directory: directory,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) {
                $1
            })
        request.output = .pipe
        request.error = .pipe
        request.dieWithParent = true
        request.killsGroupAtEnd = true
        let process = try ProcessTable.shared.spawn(request)
        guard let output = process.output, let error = process.error else {
            throw GantryError(.internal, "a pipe was asked for and not given")
        }
        let (limits, timeLimit) = ((outputLimit, Self.errorLimit), timeLimit)
        let reading = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                startThread {
                    var reading = PipeReading(output: output, error: error, limits: limits)
                    reading.read(for: timeLimit)
                    continuation.resume(returning: reading)
                }
            }
        } onCancel: {
            if isCancellable { process.signalGroup(SIGKILL) }
        }
        if reading.verdict != .ended { process.signalGroup(SIGKILL) }
        let exit = await process.wait()
        close(output)
        close(error)
        switch reading.verdict {
        case .ended: break
        case .tooLong: throw GantryError(.timeout, "\(name) did not end within \(timeLimit)")
        case .tooMuch: throw GantryError(.limit, "\(name) printed more than \(outputLimit) bytes")
        }
        return Output(
            exit: exit, bytes: reading.bytes, complaint: String(decoding: reading.complaint, as: UTF8.self))
    }
}

/// Reads two pipes at once until both end, the time is over, or there is too much.
struct PipeReading: Sendable {
    enum Verdict: Sendable { case ended, tooLong, tooMuch }
    let output: Int32
    let error: Int32
    let limits: (output: Int, error: Int)
    private(set) var bytes: [UInt8] = []
    private(set) var complaint: [UInt8] = []
    private(set) var verdict = Verdict.ended

    init(output: Int32, error: Int32, limits: (output: Int, error: Int)) {
        (self.output, self.error, self.limits) = (output, error, limits)
    }

    mutating func read(for period: Period) { verdict = follow(for: period) }

    private mutating func follow(for period: Period) -> Verdict {
        let deadline = ContinuousClock.now + period.duration
        var open = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: error, events: Int16(POLLIN), revents: 0),
        ]
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while open.contains(where: { $0.fd >= 0 }) {
            let left = (deadline - .now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            if milliseconds <= 0 { return .tooLong }
            if poll(&open, 2, Int32(min(milliseconds, 60_000))) <= 0 { continue }
            for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
                let count = Glibc.read(open[index].fd, &buffer, buffer.count)
                if count > 0 {
                    if index == 0 { bytes += buffer[..<count] } else { complaint += buffer[..<count] }
                    if bytes.count > limits.output { return .tooMuch }
                    if complaint.count > 2 * limits.error {
                        complaint.removeFirst(complaint.count - limits.error)
                    }
                } else if count == 0 || errno != EINTR {
                    open[index].fd = -1
                }
            }
        }
        return .ended
    }
}
