public import GantryBase

/// An immutable build of a service.
public struct Release: Codable, Sendable, Hashable {
    public var name: ReleaseName
    public var commit: String
    /// The OCI image manifest in the artifact store: `sha256:` and 64 hexadecimal digits.
    public var artifact: String
    public var definition: ServiceDefinition
    public var configuration: [ConfigurationFile]
    public var run: RunName
    public var createdAt: Timestamp

    public init(
        name: ReleaseName, commit: String, artifact: String, definition: ServiceDefinition,
        configuration: [ConfigurationFile], run: RunName, createdAt: Timestamp
    ) {
        (self.name, self.commit, self.artifact, self.definition) = (name, commit, artifact, definition)
        (self.configuration, self.run, self.createdAt) = (configuration, run, createdAt)
    }
}

/// The content of one file of `config: files:` at the commit of a release.
public struct ConfigurationFile: Codable, Sendable, Hashable {
    /// Relative to the program's directory; never leaves it.
    public var path: String
    public var content: String
    public init(path: String, content: String) {
        self.path = path
        self.content = content
    }
}
