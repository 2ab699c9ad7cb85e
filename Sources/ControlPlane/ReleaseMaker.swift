import Artifacts
import GantryBase
import GitHosting
import Model
import Planning
import Running
import Specification
import State

/// Makes the release of a run: what its build step left, with the specification and configuration of its commit.
struct ReleaseMaker {
    let store: any StateStore
    let repositories: GitRepositories
    let artifacts: ArtifactStore
    let executor: any StepExecutor
    let time: TimeSource

    /// More than any service needs to say of itself.
    static let specificationLimit = ByteCount(bytes: 256 << 10)
    /// Of one configuration file, and of all of a release: they are stored with it and given to instances whole.
    static let configurationFileLimit = ByteCount(bytes: 256 << 10)
    static let configurationLimit = ByteCount(bytes: 512 << 10)

    /// The release of a run, made now if it is not there yet; mistakes of the run's making are a failed step, faults of
    /// the machine are thrown and tried again.
    func outcome(for run: Stored<StoredRun>) async throws -> RunFacts.StepReport.Outcome {
        let startedAt = time.now()
        do {
            let release = try await release(for: run.spec)
            return .finished(
                StepResult(exitCode: 0, startedAt: startedAt, finishedAt: time.now()), tests: nil,
                release: release)
        } catch let error as GantryError
            where error.isLasting
        {
            return .finished(
                StepResult(
                    startFailure: error.sentence, startedAt: startedAt, finishedAt: time.now()), tests: nil,
                release: nil)
        }
    }

    /// Commands and output paths of the run's commit.
    func buildSpec(of run: RunSpec) async throws -> BuildSpec {
        let definition = try await definition(of: run)
        // Every environment has the same: a service.yaml may not override it.
        guard let spec = definition.environments.min(by: { $0.key < $1.key })?.value else {
            throw GantryError(.invalid, "\(run.name.service) runs in no environment of the platform")
        }
        return spec.build
    }

    private func release(for run: RunSpec) async throws -> ReleaseName {
        let known = try await store.list(StoredRelease.self, labels: [Label.run: run.name.path], limit: 1)
        if let release = known.objects.first { return release.spec.name }
        let definition = try await definition(of: run)
        let configuration = try await configuration(of: definition, at: run.commit)
        let archive = try await executor.archive(of: run.name)
        let digest = try await artifacts.ingest(
            archive: archive,
            annotations: [
                "org.opencontainers.image.revision": run.commit,
                "org.opencontainers.image.title": run.name.service.path,
                // Of the run, so that a release that is made again after a crash is the same artifact.
                "org.opencontainers.image.created": run.createdAt.description,
            ])
        return try await store.retryingConflicts {
            let (number, counted) = try await store.nextNumber(StoredRelease.kind, of: run.name.service)
            let release = Release(
                name: ReleaseName(run.name.service, number), commit: run.commit, artifact: digest,
                definition: definition, configuration: configuration, run: run.name, createdAt: time.now())
            var labels = run.name.service.labels
            labels[Label.run] = run.name.path
            let record = AuditRecord(
                at: time.now(), who: "gantry/run", action: "release.create", object: release.name.path,
                after: digest, detail: "run \(run.name)")
            try await store.commit(
                [counted, try .create(StoredRelease.self, release.name.path, spec: release, labels: labels)],
                audit: [record])
            return release.name
        }
    }

    private func definition(of run: RunSpec) async throws -> ServiceDefinition {
        let bytes = try await repositories.file(
            "service.yaml", at: run.commit, of: run.name.service, limit: Self.specificationLimit)
        guard let bytes else {
            throw GantryError(
                .invalid, "commit \(run.commit) has no service.yaml at its root",
                hint: "gantry service new shows one")
        }
        let reading = ServiceFile.read(
            String(decoding: bytes, as: UTF8.self), file: "service.yaml", service: run.name.service,
            platform: try await store.platform())
        if let definition = reading.value { return definition }
        throw GantryError(
            .invalid, reading.diagnostics.map(\.description).joined(separator: "\n"),
            hint: "mend service.yaml and push again")
    }

    private func configuration(
        of definition: ServiceDefinition, at commit: String
    ) async throws -> [ConfigurationFile] {
        let paths = Set(definition.environments.values.flatMap(\.configFiles)).sorted()
        var files: [ConfigurationFile] = []
        var total: Int64 = 0
        for path in paths {
            let bytes = try await repositories.file(
                path, at: commit, of: definition.name, limit: Self.configurationFileLimit)
            guard let bytes else {
                throw GantryError(
                    .invalid, "config file \(path) is not in commit \(commit)",
                    hint: "commit it, or take it out of config.files in service.yaml")
            }
            total += Int64(bytes.count)
            guard total <= Self.configurationLimit.bytes else {
                throw GantryError(
                    .limit,
                    "the config files of \(definition.name) have more than \(Self.configurationLimit)",
                    hint: "put large data into the artifact")
            }
            guard let content = String(validating: bytes, as: UTF8.self) else {
                throw GantryError(
                    .invalid, "config file \(path) is not UTF-8 text",
                    hint: "take it out of config.files; the artifact holds it as well")
            }
            files.append(ConfigurationFile(path: path, content: content))
        }
        return files
    }
}
