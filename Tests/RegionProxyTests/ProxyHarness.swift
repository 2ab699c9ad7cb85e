import Foundation
import GantryBase
import Model
import Synchronization
import Wire

@testable import RegionProxy

/// A proxy on a thread of this process, with its files in a folder of its own.
final class ProxyHarness: Sendable {
    static let article = ServiceName("yidian", "article")
    static let author = ServiceName("yidian", "author")

    let folder: String
    let servicePort: Int
    let frontPort: Int
    let streamPort: Int
    private let stopper: ProxyServer.Stopper
    private let progress = Progress()

    /// What the proxy's thread tells.
    private final class Progress: Sendable {
        let hasEnded = Atomic(false)
        let stopper = Mutex<ProxyServer.Stopper?>(nil)
    }

    struct TimedOut: Error {}

    /// Starts a proxy with a route to `article` and `author`, a tcp route and a front door.
    init(_ limits: ProxyLimits = ProxyLimits(), rules: [RoutePlan.Rule] = ProxyHarness.rules) throws {
        let folder = NSTemporaryDirectory() + "proxy-" + RandomName.make(length: 10)
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder + "/endpoints", withIntermediateDirectories: true)
        (servicePort, frontPort) = (try TestSocket.freePort(), try TestSocket.freePort())
        streamPort = try TestSocket.freePort()
        try Self.write(
            Self.plan(folder, servicePort, frontPort, streamPort, rules), to: folder + "/plan.json")
        let progress = progress
        let thread = Thread {
            let server = ProxyServer(
                plan: folder + "/plan.json", report: folder + "/report.json", limits: limits)
            progress.stopper.withLock { $0 = server.stopper }
            server.run()
            progress.hasEnded.store(true, ordering: .releasing)
        }
        thread.stackSize = 1 << 20
        thread.start()
        stopper = try Self.poll { progress.stopper.withLock { $0 } }
        _ = try poll { FileManager.default.fileExists(atPath: folder + "/report.json") ? true : nil }
    }

    static let rules: [RoutePlan.Rule] = [
        RoutePlan.Rule(host: "articles.example.com", path: "/", service: article, port: "http"),
        RoutePlan.Rule(host: "articles.example.com", path: "/authors", service: author, port: "http"),
    ]

    static func plan(
        _ folder: String, _ service: Int, _ front: Int, _ stream: Int, _ rules: [RoutePlan.Rule]
    ) -> RoutePlan {
        RoutePlan(
            region: "guangzhou",
            services: [
                RoutePlan.ServiceRoute(
                    service: article, environment: "production", port: "http", transport: .http,
                    listenHost: "127.0.0.1", listenPort: service),
                RoutePlan.ServiceRoute(
                    service: article, environment: "production", port: "raw", transport: .tcp,
                    listenHost: "127.0.0.1", listenPort: stream),
            ],
            frontDoors: [
                RoutePlan.FrontDoor(
                    environment: "production", listenHost: "127.0.0.1", listenPort: front, rules: rules)
            ],
            endpoints: folder + "/endpoints")
    }

    var plan: RoutePlan { Self.plan(folder, servicePort, frontPort, streamPort, Self.rules) }

    static func write(_ value: some Encodable, to path: String) throws {
        let bytes = try JSON.encode(value)
        let temporary = path + "." + RandomName.make(length: 6) + ".tmp"
        guard FileManager.default.createFile(atPath: temporary, contents: Data(bytes)),
            rename(temporary, path) == 0
        else { throw TimedOut() }
    }

    /// Writes an endpoint record and waits until the proxy counts as many ready ones as there are then.
    func put(
        _ id: String, _ port: Int, service: ServiceName = ProxyHarness.article,
        state: EndpointRecord.State = .ready, waits: Bool = true
    ) throws {
        let workload = WorkloadName(service, "production", "guangzhou")
        try Self.write(
            EndpointRecord(
                instance: InstanceName(workload, id),
                ports: [
                    PortBinding(name: "http", transport: .http, host: "127.0.0.1", port: port),
                    PortBinding(name: "raw", transport: .tcp, host: "127.0.0.1", port: port),
                ],
                state: state, agent: ProcessIdentity(pid: 1, startTicks: 1)),
            to: folder + "/endpoints/\(id).json")
        if waits { try awaitEndpoints() }
    }

    func remove(_ id: String) throws {
        try FileManager.default.removeItem(atPath: folder + "/endpoints/\(id).json")
        try awaitEndpoints()
    }

    private func awaitEndpoints() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/endpoints")
        let ready = try names.filter { $0.hasSuffix(".json") }.filter { name in
            let data = try Data(contentsOf: URL(filePath: folder + "/endpoints/" + name))
            return try JSON.decode(EndpointRecord.self, from: Array(data)).state == .ready
        }
        _ = try poll { self.report()?.readyEndpoints == ready.count ? true : nil }
    }

    func report() -> ProxyReport? {
        guard let data = try? Data(contentsOf: URL(filePath: folder + "/report.json")) else { return nil }
        return try? JSON.decode(ProxyReport.self, from: Array(data))
    }

    /// Asks until there is an answer, for ten seconds.
    func poll<Value>(_ look: () throws -> Value?) throws -> Value { try Self.poll(look) }

    static func poll<Value>(_ look: () throws -> Value?) throws -> Value {
        let end = Date(timeIntervalSinceNow: 10)
        while Date() < end {
            if let value = try look() { return value }
            Thread.sleep(forTimeInterval: 0.005)
        }
        throw TimedOut()
    }

    /// Sends one request over a connection of its own.
    func ask(
        _ text: String, port: Int? = nil, method: String = "GET"
    ) throws -> MessageReader.Message? {
        let socket = try TestSocket.connect(port ?? servicePort)
        defer { socket.close() }
        socket.send(text)
        return MessageReader(socket).next(isResponseTo: method)
    }

    func get(_ path: String = "/", port: Int? = nil, host: String = "a") throws -> MessageReader.Message? {
        try ask("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n", port: port)
    }

    func stop() { stopper.stop() }
    var hasEnded: Bool { progress.hasEnded.load(ordering: .acquiring) }

    /// Ends the proxy and removes its files.
    func end() {
        stop()
        _ = try? poll { self.hasEnded ? true : nil }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
