import Foundation
import GantryBase
import Model

@testable import Commands

// What developers and approvers do in these tests.

extension DemoPeople {
    /// Makes the repository of a service on the server and its clone, with its first commit.
    func begin(_ service: ServiceName, on server: RunningServer, _ shape: Sample.Shape = .init()) async throws
        -> LocalGit
    {
        try await createRepository(service, developer)
        let folder = "\(server.root)/pushed/\(service)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write(Sample.program, folder + "/main.py")
        try write(Sample.specification(service, shape), folder + "/service.yaml")
        let git = LocalGit(folder: folder, environment: gitEnvironment)
        try await git.begin(remote: developer.gitAddress(of: service))
        return git
    }

    /// Pushes the first commit and waits until the service runs in development.
    func deploy(_ service: ServiceName, on server: RunningServer, _ shape: Sample.Shape = .init())
        async throws -> LocalGit
    {
        let git = try await begin(service, on: server, shape)
        try await git.push()
        try await developer.halted(service).require(.waiting)
        return git
    }

    func door(_ environment: EnvironmentName = Sample.development, _ region: RegionName = "guangzhou")
        async throws -> FrontDoor
    {
        let regions: ListView<RegionView> = try await approver.get("/v1/regions")
        guard
            let address = regions.items.first(where: {
                $0.environment == environment && $0.region == region
            })?.frontDoor
        else { throw GantryError(.notFound, "\(region) has no front door for \(environment)") }
        return FrontDoor(address: address, host: Sample.host(Sample.hello))
    }

    func instances(_ service: ServiceName = Sample.hello, _ environment: EnvironmentName = Sample.development)
        async throws -> [InstanceStatus]
    {
        let list: [InstanceView] = try await developer.all(
            "/v1/instances", [("prefix", "\(service)/\(environment)/")])
        return list.map(\.status)
    }

    func ready(_ count: Int, _ service: ServiceName = Sample.hello) async throws -> [InstanceStatus] {
        try await eventually("\(count) instances of \(service) are ready") {
            let ready = try await instances(service).filter { $0.phase == .ready }
            return ready.count == count ? ready : nil
        }
    }
}

func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
}

extension LocalGit {
    /// - Returns: what the pusher saw.
    @discardableResult
    func push(_ words: String...) async throws -> String {
        let output = try await Shell.run(
            ["git", "push"] + (words.isEmpty ? ["origin", "main"] : words), directory: folder,
            environment: Shell.environment.merging(environment) { $1 })
        guard output.status == 0 else { throw GantryError(.unavailable, output.all) }
        return output.all
    }

    /// Commits another service.yaml.
    func commit(_ service: ServiceName, _ shape: Sample.Shape, subject: String = "Change the service")
        async throws
    {
        try write(Sample.specification(service, shape), folder + "/service.yaml")
        try await git("commit", "--quiet", "--all", "--allow-empty", "--message", subject)
    }
}

extension APIClient {
    func halted(_ service: ServiceName, within limit: Period = .minutes(2)) async throws -> ObjectView<
        StoredRun
    > {
        try await halted(newestRun(of: service).spec.name, within: limit)
    }

    /// How many objects of a kind a service has.
    func count(_ kind: String, of service: ServiceName) async throws -> Int {
        let items: ListView<Named> = try await get("/v1/\(kind)", [("prefix", "\(service)/")])
        return items.items.count
    }

    struct Named: Decodable, Sendable { var name: String }
}

/// Requests one after another from several clients, every answer counted, until it is told to stop.
struct Load: Sendable {
    private let task: Task<Traffic.Count, Never>

    static func start(_ door: FrontDoor, clients: Int = 4) -> Load {
        Load(
            task: Task {
                await withTaskGroup(of: Traffic.Count.self) { group in
                    for _ in 0..<clients { group.addTask { await send(to: { door }) } }
                    return await group.reduce(into: Traffic.Count()) { total, count in
                        total.sent += count.sent
                        total.answered += count.answered
                        total.failures += count.failures.prefix(5)
                    }
                }
            })
    }

    /// Asks where to send before each request.
    static func start(to choose: @escaping @Sendable () async -> FrontDoor?) -> Load {
        Load(task: Task { await send(to: choose) })
    }

    func stop() async -> Traffic.Count {
        task.cancel()
        return await task.value
    }

    private static func send(to choose: @escaping @Sendable () async -> FrontDoor?) async -> Traffic.Count {
        var count = Traffic.Count()
        while !Task.isCancelled {
            let number = count.sent
            guard let door = await choose() else { continue }
            count.sent += 1
            // In a task of its own, so that the end of the load cuts no request.
            let failure = await Task { () -> String? in
                do {
                    let answer = try await door.ask("/articles/\(number)")
                    return answer.status == 200 ? nil : "status \(answer.status) from \(door.address)"
                } catch {
                    return "\(error) from \(door.address)"
                }
            }.value
            if let failure { count.failures.append(failure) } else { count.answered += 1 }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return count
    }
}
