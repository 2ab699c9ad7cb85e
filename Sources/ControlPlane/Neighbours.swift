import Model
import Planning
import State

/// What a service.yaml is held against beside the platform: the other services.
struct Neighbours: Sendable {
    var services: Set<ServiceName> = []
    var exposed: [EnvironmentName: [Exposure: ServiceName]] = [:]

    /// Reads all repositories, which are small. What a branch exposes counts while it is protected.
    static func of(_ service: ServiceName, on platform: PlatformSpec, in store: any StateStore) async throws
        -> Neighbours
    {
        let repositories = try await store.all(StoredRepository.self)
        let claims = repositories.flatMap { repository in
            repository.status.heads.compactMap { ref, head in
                PushRecorder.isProtected(ref: ref, by: platform.protectedBranches)
                    ? head.exposed.map { (service: repository.spec.service, exposed: $0) } : nil
            }
        }
        return Neighbours(
            services: Set(repositories.map(\.spec.service)),
            exposed: ExposureClaims.others(than: service, among: claims))
    }
}
