import Model

/// What a language brings when service.yaml does not say it.
struct LanguageDefaults: Sendable {
    var build: BuildSpec
    /// Nil when only the service knows how its program is named.
    var command: [String]?

    static let known: [String: LanguageDefaults] = [
        "python": LanguageDefaults(
            build: BuildSpec(lint: "python3 -m compileall -q .", test: "python3 -m unittest -v"),
            command: ["python3", "main.py"]),
        "swift": LanguageDefaults(
            build: BuildSpec(
                lint: "swift format lint --strict -r Sources Package.swift", test: "swift test",
                command: "swift build -c release --static-swift-stdlib"),
            command: nil),
        "go": LanguageDefaults(
            build: BuildSpec(
                lint: "go vet ./...", test: "go test ./...", command: "CGO_ENABLED=0 go build -o service .",
                output: ["service"]),
            command: ["./service"]),
        "node": LanguageDefaults(
            build: BuildSpec(
                lint: "npm run --if-present lint", test: "npm test",
                command: "npm ci && npm run --if-present build"),
            command: ["node", "index.js"]),
        "java": LanguageDefaults(
            build: BuildSpec(
                lint: nil, test: "mvn -B -q test", command: "mvn -B -q -DskipTests package",
                output: ["target"]),
            command: nil),
    ]

    static let names = known.keys.sorted()
}
