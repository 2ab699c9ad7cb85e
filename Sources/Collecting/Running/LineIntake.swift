import GantryBase
import Model
import Wire

/// Makes records of the lines of an instance's files, within the service's own rate, and holds them until they are on
/// disk: only then are the places in the files acknowledged.
struct LineIntake {
    private let tail: FileTail
    private let output: String?
    private let format: LogFormat
    private let resource: SignalResource
    private let limits: CollectorLimits
    private let time: TimeSource

    private var lineRate: TokenBucket
    private var byteRate: TokenBucket
    /// Read and not yet in the spool.
    private var pieces: [SignalPiece] = []
    /// Of all lines that were read and are not yet on disk.
    private var tokens: [FileTailToken] = []
    private var lineCount = 0
    private var flood = Flood()
    private var pace = LinePace()

    init(
        _ plan: SignalPlan, output: String?, name: InstanceName, release: ReleaseName,
        limits: CollectorLimits, time: TimeSource
    ) throws(GantryError) {
        var options = FileTailOptions()
        // Both buffers of a turn exist at once.
        options.pollBytes = 1 << 20
        tail = try FileTail(
            // With the files that it was moved to: a burst may fill more than one between two looks.
            patterns: plan.logFiles + (output.map { [$0, $0 + ".?"] } ?? []),
            positionsPath: plan.folder + "/positions", options: options)
        self.output = output
        format = LogFormat(plan.logFormat == .json ? .json : plan.logFormat == .plain ? .plain : .auto)
        let service = name.workload.service
        resource = SignalResource([
            "service.name": .string(service.name), "service.namespace": .string(service.business.text),
            "service.instance.id": .string(name.id), "service.version": .string(String(release.number)),
        ])
        (self.limits, self.time) = (limits, time)
        lineRate = TokenBucket(perSecond: limits.linesPerSecond, now: .now)
        byteRate = TokenBucket(perSecond: limits.lineBytesPerSecond, now: .now)
    }

    /// Whether anything that was read waits for the disk.
    private var isHolding: Bool { !pieces.isEmpty || !tokens.isEmpty }

    /// Reads a bounded part of what is new, unless something read before still waits for the disk.
    mutating func read(isFinishing: Bool, _ masking: inout SignalMasking, _ tally: Tally) {
        guard !isHolding, pace.mayPoll(isFinishing: isFinishing) else { return }
        if isFinishing, tail.options.partialLine > .zero {
            // The program has ended: a line without an end will get none, and a file that is new is the last.
            tail.options.partialLine = .zero
            tail.nextScan = Timestamp(nanoseconds: .min)
        }
        var bytes = 0
        var groups: [LogBatch.ResourceGroup] = []
        for lines in tail.poll(now: time.now()) {
            tokens.append(lines.token)
            bytes += lines.bytes.count
            let records = records(lines, &masking)
            guard !records.isEmpty else { continue }
            lineCount += records.count
            groups.append(.init(resource(of: lines.path), [.init(SignalScope(), records)]))
        }
        pieces += BatchPieces(LogBatch(groups)).pieces
        pace.polled(bytes, every: limits.poll, isFlooded: flood.takeIsGrowing())
        if bytes > 0 {
            let (files, dropped) = (tail.statistics, flood)
            tally.add {
                $0.files = files
                ($0.droppedLines, $0.droppedLineBytes) = (dropped.lines, dropped.bytes)
            }
        }
    }

    private func resource(of path: String) -> SignalResource {
        var resource = resource
        if let output, path == output || path.hasPrefix(output + ".") {
            resource.attributes["log.iostream"] = "stdout"
        } else {
            resource.attributes["log.file.path"] = .string(path)
        }
        return resource
    }

    private mutating func records(_ lines: TailedLines, _ masking: inout SignalMasking) -> [LogRecord] {
        let now = ContinuousClock.now
        let observed = time.now()
        var records: [LogRecord] = []
        records.reserveCapacity(lines.lines.count)
        lines.bytes.withUnsafeBytes { bytes in
            for range in lines.lines {
                var line = UnsafeRawBufferPointer(rebasing: bytes[range])
                if line.last == UInt8(ascii: "\r") {
                    line = UnsafeRawBufferPointer(rebasing: line.dropLast())
                }
                if line.isEmpty { continue }
                guard byteRate.take(line.count, now: now), lineRate.take(1, now: now) else {
                    flood.drop(line.count)
                    continue
                }
                var record = format.record(line, observed: observed)
                masking.mask(&record)
                records.append(record)
            }
        }
        return records
    }

    /// Adds records of Gantry's own.
    mutating func append(_ notices: [LogRecord]) {
        guard !notices.isEmpty else { return }
        let batch = LogBatch(notices, from: resource, scope: SignalScope("gantry-agent"))
        pieces += BatchPieces(batch).pieces
    }

    /// Appends what waits to the spool; whether a flush is needed for it.
    mutating func store(in spool: SharedSpool, _ notices: Notices) -> Bool {
        if let text = flood.notice(limits) { notices.say(text.text, attributes: text.attributes) }
        for notice in tail.takeNotices() { notices.say(notice) }
        guard isHolding else { return false }
        var stored = 0
        do throws(GantryError) {
            let pieces = pieces
            try spool.with { (spool) throws(GantryError) in
                for piece in pieces {
                    try spool.append(piece.payload, events: piece.events)
                    stored += 1
                }
            }
        } catch {
            notices.say(error)
        }
        pieces.removeFirst(stored)
        return true
    }

    /// All that was appended is on disk.
    mutating func acknowledge(_ tally: Tally) {
        guard pieces.isEmpty, !tokens.isEmpty else { return }
        for token in tokens { tail.acknowledge(token) }
        tokens = []
        pace.mustSave = true
        let count = lineCount
        lineCount = 0
        tally.add { $0.lines += count }
    }

    /// How long the next round may wait; nil when the files are at their end and are to be finished.
    mutating func pause(isFinishing: Bool, _ notices: Notices) -> Period? {
        if pace.mustSave, ContinuousClock.now >= pace.nextSave { savePositions(notices) }
        if isHolding { return LinePace.retry }
        return pace.pause(isFinishing: isFinishing)
    }

    mutating func savePositions(_ notices: Notices) {
        pace.nextSave = .now + limits.savePositions.duration
        do throws(GantryError) {
            try tail.savePositions()
            pace.mustSave = false
        } catch {
            notices.say(error)
        }
    }
}
