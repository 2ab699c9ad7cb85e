import Expressions
import GantryBase
import Gateway
import Glibc
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Wire

/// Times the way of spans and log lines from a packed OTLP body to the disk: unpacked, decoded, stamped, appended.
enum GatewayBench {
    /// Bodies under way at once: so many agents send at the same moment.
    private static let senders = 8

    /// - Parameters:
    ///   - records: Of each kind.
    ///   - rate: Records of each kind in a second; 0 for as many as it takes.
    static func run(directory: String, records: Int, rate: Int) async throws {
        let sample = SignalSample(records: records, at: TimeSource.wall.now())
        let before = Usage()
        let store = try SQLiteTelemetryStore(directory: directory)
        let gateway = Gateway(name: "bench", store: store, time: .wall, limits: limits)
        let isOver = Flag()
        // Safe: told to end and awaited below.
        let searching = Task { rate > 0 ? try await search(gateway, store, until: isOver) : [0] }
        let start = ContinuousClock.now
        let waits = try await withThrowingTaskGroup(of: [Double].self) { group in
            for sender in 0..<senders {
                group.addTask { try await send(sample, from: sender, start, rate, gateway) }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        isOver.value.store(true, ordering: .relaxed)
        let found = try await searching.value.sorted()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let after = Usage()
        let statistics = try await store.statistics()
        try await store.close()
        let bytes = (sample.spans + sample.logs).reduce(0) { $0 + $1.size }
        print(
            #"{"spans": \#(statistics.spans), "logs": \#(statistics.logs), "seconds": \#(seconds), "#
                + #""cpu_seconds": \#(after.seconds - before.seconds), "disk_bytes": \#(statistics.bytesOnDisk), "#
                + #""body_bytes": \#(bytes), "resident_mb": \#(after.residentMB), "#
                + #""sample_mb": \#(before.residentMB), "searches": \#(found.count), "#
                + #""found_p99_ms": \#(found[found.count * 99 / 100]), "#
                + #""answer_p50_ms": \#(waits[waits.count / 2]), "answer_p99_ms": \#(waits[waits.count * 99 / 100])}"#
        )
    }

    /// - Returns: Milliseconds from the arrival of each pair of bodies to their answer.
    private static func send(
        _ sample: SignalSample, from sender: Int, _ start: ContinuousClock.Instant, _ rate: Int,
        _ gateway: Gateway
    ) async throws -> [Double] {
        var waits: [Double] = []
        for at in stride(from: sender, to: sample.spans.count, by: senders) {
            try await pause(start, at * SignalSample.recordsOfBody, rate)
            let began = ContinuousClock.now
            try await take(spans: sample.spans[at], gateway)
            try await take(logs: sample.logs[at], gateway)
            waits.append((ContinuousClock.now - began) / .milliseconds(1))
        }
        return waits
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// Sends a line of its own every now and then, and looks for it until it is found.
    ///
    /// - Returns: Milliseconds from the writing of each line until a search had it.
    private static func search(
        _ gateway: Gateway, _ store: SQLiteTelemetryStore, until isOver: Flag
    ) async throws -> [Double] {
        var times: [Double] = []
        while !isOver.value.load(ordering: .relaxed) || times.isEmpty {
            let word = "probe\(times.count)"
            let began = ContinuousClock.now
            let written = TimeSource.wall.now()
            let line = LogRecord(time: written, severity: .info, body: .string("a line with " + word))
            try await gateway.take(
                LogBatch([line], from: SignalResource()), bytes: 100, from: SignalSample.source(0),
                origin: .agent)
            let filter = try BooleanExpression.search(word)
            let range = TimeRange(from: written - .minutes(1), to: written + .minutes(1))
            while try await store.logs(LogQuery(range: range, filter: filter, limit: 1)).entries.isEmpty {
                await Task.yield()
            }
            times.append((ContinuousClock.now - began) / .milliseconds(1))
            try await Task.sleep(for: .milliseconds(200))
        }
        return times
    }

    /// One service may send what all of these do.
    private static var limits: GatewayLimits {
        var limits = GatewayLimits()
        (limits.serviceBytesPerSecond, limits.serviceBurst) = (1 << 30, 1 << 30)
        return limits
    }

    private static func pause(_ start: ContinuousClock.Instant, _ records: Int, _ rate: Int) async throws {
        guard rate > 0 else { return }
        try await Task.sleep(until: start + .seconds(Double(records) / Double(rate)), clock: .continuous)
    }

    private static func take(spans body: SignalSample.Body, _ gateway: Gateway) async throws {
        let bytes = try Gzip.unpack(body.bytes, limit: OTLP.largestBody)
        try await gateway.take(
            OTLP.decodeTraces(bytes).batch, bytes: bytes.count, from: body.source, origin: .agent)
    }

    private static func take(logs body: SignalSample.Body, _ gateway: Gateway) async throws {
        let bytes = try Gzip.unpack(body.bytes, limit: OTLP.largestBody)
        try await gateway.take(
            OTLP.decodeLogs(bytes).batch, bytes: bytes.count, from: body.source, origin: .agent)
    }
}

/// What this process has used.
struct Usage {
    /// Of the processor, in user and kernel mode.
    let seconds: Double
    let residentMB: Double

    init() {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        residentMB = Self.resident()
    }

    private static func resident() -> Double {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(separator: " ")
        let pages = words.count > 1 ? Double(words[1]) ?? 0 : 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
    }
}
