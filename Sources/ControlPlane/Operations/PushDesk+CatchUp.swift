import GantryBase
import GitHosting
package import Logging
import Model
import State

// Pushes that are in git and not in State.
extension PushDesk {
    /// How often all repositories are looked at: a push whose hook could not reach us waits this long for its run.
    static let catchUpPeriod = Period.minutes(10)

    /// Catches up now and again until the task is cancelled.
    package func keepUp(_ logger: Logger) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.catchUpPeriod.duration)
            if Task.isCancelled { return }
            await catchUp(logging: logger)
        }
    }

    /// Catches up and logs what went wrong.
    package func catchUp(logging logger: Logger) async {
        do {
            for (repository, error) in try await catchUp() {
                logger.error(
                    "cannot look for pushes", metadata: ["repository": "\(repository)", "error": "\(error)"])
            }
        } catch {
            logger.error("cannot look for pushes", metadata: ["error": "\(error)"])
        }
    }

    /// Records what was pushed while nobody could: a crash may have come between git's update and our record.
    ///
    /// A repository that cannot be read keeps no other from its run.
    /// - Returns: what went wrong, by repository.
    @discardableResult
    package func catchUp() async throws -> [String: any Error] {
        guard let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec else {
            return [:]
        }
        var failures: [String: any Error] = [:]
        for name in try await store.names(of: StoredRepository.self) {
            do { try await catchUp(name, on: platform) } catch { failures[name] = error }
        }
        return failures
    }

    private func catchUp(_ name: String, on platform: PlatformSpec) async throws {
        let repository = try await store.require(StoredRepository.self, name)
        let service = repository.spec.service
        guard try repositories.exists(service) else { return }
        for (ref, commit) in try await repositories.heads(of: service).sorted(by: { $0.key < $1.key })
        where repository.status.heads[ref]?.commit != commit {
            // One that lands at this moment is recorded by its hook, with its author.
            guard PushRecorder.isProtected(ref: ref, by: platform.protectedBranches),
                !landings.isLanding(ref, of: service)
            else { continue }
            let subject = try await repositories.commit(commit, of: service).subject
            _ = try await record(
                PushRecorder.Push(
                    service: service, ref: ref, commit: commit, subject: subject, author: "gantry/restart"))
        }
    }
}
