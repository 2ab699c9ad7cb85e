import Foundation
import GantryBase
import Glibc
import Model
import Testing
import Wire

@testable import Collecting

/// A collector over a folder of its own, a gateway that a test scripts, and the SDK's side.
final class CollectorFixture {
    let folder: SpoolFolder
    let gateway: FakeGateway
    var setup: CollectorSetup
    private(set) var collector: Collector?

    static let name = InstanceName(
        WorkloadName(ServiceName("yidian", "article"), "production", "guangzhou"), "x7k2m9pq")

    init(
        isStarted: Bool = true, logFiles: [String] = [], format: LogsSpec.Format = .auto,
        _ change: (inout CollectorSetup) -> Void = { _ in }
    ) throws {
        folder = try SpoolFolder()
        gateway = try FakeGateway()
        let path = folder.path
        setup = CollectorSetup(
            plan: SignalPlan(
                gatewayFile: path + "/gateway", receiverPort: 0, folder: path + "/state",
                logFiles: logFiles.map { path + "/" + $0 }, logFormat: format,
                peers: ["127.0.0.1:9001": ServiceName("yisheng", "doctor")]),
            name: Self.name, release: ReleaseName(Self.name.workload.service, 7), token: "token-1",
            output: path + "/output.log")
        setup.limits.firstPause = .milliseconds(10)
        setup.limits.longestPause = .milliseconds(100)
        setup.limits.gathering = .milliseconds(20)
        setup.limits.poll = .milliseconds(20)
        change(&setup)
        try writeGateway(gateway.address)
        if isStarted { try start() }
    }

    deinit {
        collector?.stop(within: .zero)
        gateway.goDown()
    }

    func writeGateway(_ address: String) throws { try folder.write("gateway", Array((address + "\n").utf8)) }

    func start() throws { collector = try Collector.start(setup) }
    func stop(within period: Period = .seconds(10)) {
        collector?.stop(within: period)
        collector = nil
    }
    /// Ends it as a killed process would.
    func kill() { collector = nil }

    var statistics: CollectorStatistics { collector?.statistics() ?? CollectorStatistics() }

    func connect() throws -> SDKConnection { SDKConnection(try LoopbackSocket.connect(try port)) }

    var port: Int { get throws { try #require(collector?.port) } }

    /// One request on a connection of its own.
    @discardableResult func post(
        _ path: String, _ body: [UInt8], type: String = "application/x-protobuf", gzip: Bool = false
    ) throws -> HTTPMessages.Message {
        var connection = try connect()
        defer { connection.close() }
        let answer = connection.post(path, body, type: type, gzip: gzip)
        return try #require(answer)
    }

    func append(_ name: String, _ text: String) throws { try append(name, Array(text.utf8)) }

    func append(_ name: String, _ bytes: [UInt8]) throws {
        let file = open(folder.path + "/" + name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        try #require(file >= 0)
        defer { close(file) }
        try #require(bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count)
    }

    /// All bytes of the spools' files.
    func spooled() throws -> [UInt8] {
        var all: [UInt8] = []
        for lane in ["calls", "bulk"] {
            let path = setup.plan.folder + "/" + lane
            for name in DiskFile.names(in: path) ?? [] {
                all += try #require(DiskFile.contents(path + "/" + name, limit: 1 << 30))
            }
        }
        return all
    }
}

/// Looks again until it is so, at most for `seconds`.
func eventually(
    _ seconds: Double = 20, _ isSo: () throws -> Bool, state: () -> Any? = { nil },
    location: SourceLocation = #_sourceLocation
) rethrows {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try isSo() { return }
        usleep(5000)
    }
    let state = state().map { ": \($0)" } ?? ""
    Issue.record("it did not come to be within \(seconds) s\(state)", sourceLocation: location)
}

/// A connection of an SDK to the agent.
struct SDKConnection {
    let socket: LoopbackSocket
    private var answers: HTTPMessages

    init(_ socket: LoopbackSocket) {
        self.socket = socket
        answers = HTTPMessages(socket)
    }

    static func request(
        _ path: String, _ body: [UInt8], type: String = "application/x-protobuf", gzip: Bool = false,
        method: String = "POST", fields: [String] = []
    ) -> [UInt8] {
        let body = gzip ? Gzip.pack(body) : body
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n"
        if !type.isEmpty { head += "Content-Type: \(type)\r\n" }
        if gzip { head += "Content-Encoding: gzip\r\n" }
        for field in fields { head += field + "\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    mutating func post(
        _ path: String, _ body: [UInt8], type: String = "application/x-protobuf", gzip: Bool = false
    ) -> HTTPMessages.Message? {
        guard socket.send(Self.request(path, body, type: type, gzip: gzip)) else { return nil }
        return answers.next()
    }

    mutating func answer() -> HTTPMessages.Message? { answers.next() }
    func send(_ text: String) { socket.send(Array(text.utf8)) }
    func close() { socket.close() }
}

/// Spans as an instrumented service makes them.
enum Sample {
    static func span(
        _ number: Int, route: String = "/articles/{id}", kind: SpanRecord.Kind = .server,
        end: Timestamp = TimeSource.wall.now(), attributes: Attributes = [:]
    ) -> SpanRecord {
        var span = SpanRecord(
            traceID: TraceID(high: 7, low: UInt64(number + 1)), spanID: SpanID(UInt64(number + 1)),
            name: "GET " + route, kind: kind, start: end - .milliseconds(12), end: end,
            attributes: [
                "http.request.method": "GET", "http.route": .string(route),
                "http.response.status_code": 200,
            ])
        for attribute in attributes { span.attributes[attribute.name] = attribute.value }
        return span
    }

    static func traces(_ spans: [SpanRecord], resource: Attributes = ["service.name": "article"]) -> [UInt8] {
        OTLP.encode(TraceBatch(spans, from: SignalResource(resource), scope: SignalScope("sdk")))
    }

    static func traces(_ numbers: Range<Int>) -> [UInt8] { traces(numbers.map { span($0) }) }

    static func logs(_ texts: [String]) -> [UInt8] {
        OTLP.encode(
            LogBatch(
                texts.map { LogRecord(time: TimeSource.wall.now(), severity: .info, body: .string($0)) },
                from: SignalResource(["service.name": "article"])))
    }

    static func metrics(_ name: String, phone: String? = nil) -> [UInt8] {
        var header = PointHeader(time: TimeSource.wall.now())
        if let phone { header.attributes["user"] = .string(phone) }
        let metric = MetricRecord(name: name, data: .gauge([NumberPoint(header, value: .int(4))]))
        return OTLP.encode(MetricBatch([metric], from: SignalResource()))
    }
}
