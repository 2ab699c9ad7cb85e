import GantryBase
import Glibc
package import Model
import Supervision

/// What is kept of runs, and for how long.
extension ProcessStepExecutor {
    /// Of one service: plans, logs and results of this many runs.
    package static let keptRuns = 50
    private static let removalTimeLimit = Period.minutes(5)

    package func archive(of run: RunName) async throws -> String {
        try await takeArchive(of: run)
        let archive = places.archive(of: run)
        guard access(archive, R_OK) == 0 else {
            throw GantryError(
                .notFound, "run \(run) has no build to release",
                hint: "put a build step before the release step in the pipeline of platform.yaml")
        }
        return archive
    }

    /// Takes the archive as soon as its build is seen to have ended, before another step of the run can begin. What is
    /// wrong with it is told when it is asked for.
    func keepArchive(of run: RunName) async throws {
        do {
            try await takeArchive(of: run)
        } catch let error as GantryError {
            if error.code != .invalid && error.code != .limit { throw error }
        }
    }

    private func takeArchive(of run: RunName) async throws {
        let owner = try await user(run.service.business)?.uid ?? geteuid()
        let taking = ArchiveTaking(owner: owner, limit: limits.archive)
        let (built, kept) = (places.builtArchive(of: run), places.archive(of: run))
        try await blocking { () throws(GantryError) in try taking.take(built, to: kept) }
    }

    package func removeWorkspace(of run: RunName) async throws {
        try StepPlaces.check(run.service)
        try await remove([places.workspace(of: run), places.archive(of: run)])
    }

    package func prune(_ service: ServiceName, active: Set<RunName>) async throws {
        try StepPlaces.check(service)
        let forgotten = places.numbers(of: service, below: places.runs).dropFirst(Self.keptRuns)
            .map { RunName(service, $0) }.filter { !active.contains($0) }
        try await remove(forgotten.flatMap { [places.workspace(of: $0), places.folder(of: $0)] })
    }

    /// Removes trees that businesses wrote. Their parents are ours, and `rm` goes down by descriptors and removes links
    /// themselves, so nothing planted leads out of them.
    private func remove(_ paths: [String]) async throws(GantryError) {
        let present = paths.filter { path in
            var facts = stat()
            return lstat(path, &facts) == 0
        }
        guard !present.isEmpty else { return }
        _ = try await CommandRun(
            ["rm", "-rf", "--one-file-system", "--"] + present, timeLimit: Self.removalTimeLimit
        ).text()
    }
}
