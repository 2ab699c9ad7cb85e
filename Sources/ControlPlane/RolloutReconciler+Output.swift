import Clusters
import GantryBase
import Model
import State

// What a program printed before its region was given up: the instance may be gone when somebody asks.
extension RolloutReconciler {
    /// Lines, and characters of one: enough for a reason that a person reads in a list.
    static let outputLines = 5
    static let outputLineLength = 200
    /// A cluster that cannot say it sooner must not hold the rollout.
    static let outputWait = Period.seconds(2)

    /// The status with the last output of a failing instance in the reason of each region that has just failed.
    func withOutput(_ status: RolloutStatus, after last: RolloutStatus, _ target: RolloutTarget) async
        -> RolloutStatus
    {
        var status = status
        for index in status.regions.indices {
            let region = status.regions[index]
            let before = last.regions.first { $0.region == region.region }?.reason
            guard let reason = region.reason, before == nil, !reason.contains("last output: "),
                let lines = await lastOutput(in: region.region, of: target), !lines.isEmpty
            else { continue }
            let text = reason + "; last output: " + lines.joined(separator: " | ")
            status.regions[index].reason = text
            status.reason = status.reason?.replacing(reason, with: text)
        }
        return status
    }

    private func lastOutput(in region: RegionName, of target: RolloutTarget) async -> [String]? {
        let name = WorkloadName(target.release.service, target.environment, region)
        guard let workload = try? await store.get(StoredWorkload.self, name.path),
            let instance = workload.status.instances.filter({
                $0.release == target.release && $0.phase != .ready
            }).min(by: { $0.name.id < $1.name.id }),
            let driver = try? await clusters.driver(workload.spec.cluster)
        else { return nil }
        let output = driver.output(of: instance.name, lines: Self.outputLines, follow: false)
        return await withTaskGroup(of: [String]?.self) { group in
            group.addTask {
                var lines: [String] = []
                do { for try await line in output { lines.append(Self.cut(line)) } } catch { return nil }
                return lines.filter { !$0.isEmpty }.suffix(Self.outputLines)
            }
            group.addTask {
                try? await Task.sleep(for: Self.outputWait.duration)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private static func cut(_ line: String) -> String {
        let plain = line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }
        let text = String(String.UnicodeScalarView(plain)).split(whereSeparator: { $0 == " " })
            .joined(separator: " ")
        return text.count > outputLineLength ? text.prefix(outputLineLength - 1) + "…" : text
    }
}
