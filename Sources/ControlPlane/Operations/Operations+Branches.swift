import Access
import GantryBase
import GitHosting
import Model
import State

extension Operations {
    /// Writes down where branches point that a new platform protects and the old one did not, so that the next start
    /// takes none of their old commits for a push that nobody recorded.
    ///
    /// Done before the platform is changed: a push that comes after that is recorded, and must not be set back. A
    /// repository that cannot be read is left out, since it must not hold up the platform.
    func recordHeads(
        protectedBy after: PlatformSpec, andNotBy before: PlatformSpec, by identity: Identity
    ) async throws {
        guard Set(after.protectedBranches) != Set(before.protectedBranches) else { return }
        for name in try await store.names(of: StoredRepository.self) {
            guard let service = ServiceName(path: name),
                let heads = try? await repositories.heads(of: service)
            else { continue }
            let fresh = heads.filter { ref, _ in
                PushRecorder.isProtected(ref: ref, by: after.protectedBranches)
                    && !PushRecorder.isProtected(ref: ref, by: before.protectedBranches)
            }
            if fresh.isEmpty { continue }
            let now = time.now()
            try await store.mutate(StoredRepository.self, name) { repository in
                for (ref, commit) in fresh where repository.status.heads[ref]?.commit != commit {
                    repository.status.heads[ref] = .init(commit: commit, author: identity.user, at: now)
                }
            }
        }
    }
}
