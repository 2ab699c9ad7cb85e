import Console
import GantryBase
import Model
import NIOCore
import State

// What the steps of a run write.
extension Routes {
    /// Of an ended run, in lines and in bytes: the end tells why it ended, and a page stays light.
    private static let shownLines = 400
    private static let shownBytes = 48 << 10

    private func log(of run: RunName, follows: Bool) -> RunLog {
        RunLog(
            store: store, executor: parts.executor, run: run, stage: nil, step: nil, follows: follows,
            endsAtGates: false)
    }

    /// The last lines of a run that has ended, and how many came before.
    func endedLog(of run: RunName) async -> (Listed<String>, omitted: Int) {
        var tail = LogTailBuffer(lines: Self.shownLines, bytes: Self.shownBytes)
        var splitter = LogText.Splitter()
        do {
            try await log(of: run, follows: false).write { buffer in
                tail.add(splitter.lines(of: buffer.readableBytesView))
            }
            tail.add(splitter.last())
            tail.trim()
            return (.items(tail.lines), tail.omitted)
        } catch let error as GantryError {
            return (.failed(error), 0)
        } catch {
            return (
                .failed(GantryError(.unavailable, "the log of run \(run) cannot be read", cause: error)), 0
            )
        }
    }

    func followLog(_ call: PageCall) async throws -> Answer {
        try call.request.allowQuery([])
        let name = try name(RunName.self, call.parameter("name"))
        try await requireView(name.service, call, "run.log", name.path)
        let log = log(of: name, follows: true)
        try await log.check()
        let events = EventStream(context: call.context)
        let known = EventStream.place(of: call.request) ?? 0
        return try eventStream(call, of: name.service.business, "run.log", name.path) { send in
            var splitter = LogText.Splitter()
            var place = 0
            // What a run has written stays as it is, so that lines are known by their number.
            func tell(_ lines: [String]) async throws {
                let new = lines.dropFirst(max(known - place, 0))
                place += lines.count
                if !new.isEmpty { try await send(events.append(Array(new), place: place)) }
            }
            try await log.write { buffer in try await tell(splitter.lines(of: buffer.readableBytesView)) }
            try await tell(splitter.last())
        }
    }
}

/// Keeps the last lines of many.
struct LogTailBuffer {
    private(set) var lines: [String] = []
    private(set) var omitted = 0
    private var bytes = 0
    private let mostLines: Int
    private let mostBytes: Int

    init(lines: Int, bytes: Int) { (mostLines, mostBytes) = (lines, bytes) }

    mutating func add(_ more: [String]) {
        for line in more {
            let plain = LogText.plain(line)
            lines.append(plain)
            bytes += plain.utf8.count
        }
        // Cut in larger pieces: each cut moves what is left.
        if lines.count > mostLines * 2 || bytes > mostBytes * 2 { trim() }
    }

    /// Cuts to the last ones.
    mutating func trim() {
        var surplus = 0
        var left = bytes
        while lines.count - surplus > mostLines || (left > mostBytes && lines.count - surplus > 1) {
            left -= lines[surplus].utf8.count
            surplus += 1
        }
        guard surplus > 0 else { return }
        lines.removeFirst(surplus)
        (bytes, omitted) = (left, omitted + surplus)
    }
}
