import Clusters
import GantryBase
import Model
import Running
import Synchronization

/// Steps whose output tests write.
final class ScriptedExecutor: StepExecutor, Sendable {
    private struct Log {
        var bytes: [[UInt8]] = []
        var isOver = false
    }
    private let logs = Mutex<[StepID: Log]>([:])

    func print(_ text: String, _ id: StepID) {
        logs.withLock { $0[id, default: Log()].bytes.append(Array(text.utf8)) }
    }

    func end(_ id: StepID) { logs.withLock { $0[id, default: Log()].isOver = true } }

    func log(of id: StepID, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        let position = Mutex(0)
        return AsyncThrowingStream { [self] in
            while !Task.isCancelled {
                let (piece, isOver): ([UInt8]?, Bool) = logs.withLock { logs in
                    let log = logs[id] ?? Log(isOver: !follow)
                    let at = position.withLock { $0 }
                    return (log.bytes.indices.contains(at) ? log.bytes[at] : nil, log.isOver || !follow)
                }
                if let piece {
                    position.withLock { $0 += 1 }
                    return piece
                }
                if isOver { return nil }
                try await Task.sleep(for: .milliseconds(10))
            }
            return nil
        }
    }

    func start(_ job: StepJob) async throws {}
    func observe(_ id: StepID) async throws -> StepObservation { .unknown }
    func cancel(_ id: StepID) async throws {}
    func changes() -> AsyncStream<StepID> { AsyncStream { nil } }
    func archive(of run: RunName) async throws -> String { throw GantryError(.notFound, "no archive") }
    func removeWorkspace(of run: RunName) async throws {}
    func prune(_ service: ServiceName, active: Set<RunName>) async throws {}
}

/// A cluster with output and a front door.
struct ScriptedCluster: ClusterDriver {
    func apply(_ target: WorkloadTarget) async throws {}
    func remove(_ workload: WorkloadName) async throws {}
    func observe(_ workload: WorkloadName) async throws -> WorkloadStatus? { nil }
    func workloads() async throws -> [WorkloadName] { [] }
    func changes() -> AsyncStream<WorkloadName> { AsyncStream { nil } }
    func output(
        of instance: InstanceName, lines: Int, follow: Bool
    ) -> AsyncThrowingStream<String, any Error> {
        AsyncThrowingStream { continuation in
            for number in 0..<lines { continuation.yield("\u{1B}[31mline \(number) of \(instance.id)") }
            if !follow { continuation.finish() }
        }
    }
    func frontDoor(_ environment: EnvironmentName, _ region: RegionName) async throws -> String? {
        region == "guangzhou" ? "127.0.0.1:8080" : nil
    }
    func shutdown(stoppingInstances: Bool) async {}
}
