import GantryBase
import Glibc
import Model
import Wire

extension StepRunner {
    /// Why a step was stopped before its own end.
    enum Interruption: Sendable, Hashable {
        case timeLimit, cancelled
        case exceeded(String)

        var exceeded: String? { if case .exceeded(let words) = self { words } else { nil } }
    }

    private enum Event: Sendable {
        case ended
        case interrupted(Interruption)
    }

    /// Waits for the program; at its time limit or when cancelled, TERM to its group and, after
    /// `stopPatience`, KILL; beyond a limit, KILL at once.
    func waitForEnd(
        _ process: RunningProcess, _ group: ControlGroup?, _ watch: StepWatch
    ) async -> (exit: ProcessExit, interruption: Interruption?) {
        let interruption = await withTaskGroup(of: Event?.self) { [plan, cancellation] tasks in
            tasks.addTask {
                for await _ in cancellation { return .interrupted(.cancelled) }
                return nil
            }
            tasks.addTask {
                try? await Task.sleep(for: plan.timeLimit.duration)
                return Task.isCancelled ? nil : .interrupted(.timeLimit)
            }
            tasks.addTask { await watch.untilExceeded().map { .interrupted(.exceeded($0)) } }
            // Not cancellable, so it ends with the process: the interrupter below sees to that.
            tasks.addTask {
                _ = await process.wait()
                return .ended
            }
            var interruption: Interruption?
            for await case let event? in tasks {
                guard case .interrupted(let reason) = event else { break }
                if interruption == nil {
                    interruption = reason
                    tasks.addTask {
                        if reason.exceeded == nil { await Self.terminate(process) }
                        await Self.kill(process, group)
                        return nil
                    }
                }
            }
            tasks.cancelAll()
            return interruption
        }
        return (await process.wait(), interruption)
    }

    private static func terminate(_ process: RunningProcess) async {
        process.signalGroup(SIGTERM)
        try? await Task.sleep(for: stopPatience)
    }

    private static func kill(_ process: RunningProcess, _ group: ControlGroup?) async {
        // Cancelled means that the program has ended meanwhile.
        guard process.exit == nil else { return }
        // The program first: it must not see its children die and end as if by itself.
        process.signalGroup(SIGKILL)
        process.signal(SIGKILL)
        await group?.killAll()
    }

    /// Ends what the program left behind. In a pid namespace the kernel has done so already.
    func killLeftovers(_ group: ControlGroup?) async {
        await group?.killAll()
        if !plan.namespaces { await ProcessTable.shared.killOrphans() }
    }

    static func words(_ error: GantryError) -> String {
        error.message + (error.hint.map { " (\($0))" } ?? "")
    }

    func writeResult(_ result: StepResult) async throws(GantryError) {
        var attempt = 1
        while true {
            do {
                return try writeJSON(result, to: plan.resultFile)
            } catch {
                guard attempt < Self.resultAttempts else { throw error }
                attempt += 1
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    func writeJSON(_ value: some Encodable, to path: String) throws(GantryError) {
        let bytes: [UInt8]
        do {
            bytes = try JSON.encode(value, pretty: false)
        } catch {
            throw GantryError(.internal, "cannot encode \(path)", cause: error)
        }
        try replaceFile(path, with: bytes)
    }
}
