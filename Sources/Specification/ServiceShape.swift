import GantryBase
import Model
import Wire

/// The keys of service.yaml.
enum ServiceShape {
    /// More instances than this of one workload is a slip of the finger.
    static let instanceLimit = 1000
    static let rpsLimit = 1_000_000
    /// More tries than this would hide a dead instance for hours.
    static let probeCountLimit = 1000
    static let portRange = 1...65_535
    /// Probes oftener than this cost more than they tell.
    static let probePeriods = Period.milliseconds(100)...Period.minutes(60)
    static let probeDelays = Period.zero...Period.minutes(60)
    /// A stop that takes longer would hold a rollout for hours.
    static let stopPeriods = Period.zero...Period.minutes(60)
    static let deadlines = Period.seconds(1)...Period.minutes(24 * 60)

    static let shape = Shape.keys(head + body + [environments])

    /// What one environment may say: any key of the body, and its regions.
    static let overrideShape = Shape.keys(head + body + [regions, sleep]).asOverride

    private static let head: [KeyShape] = [
        KeyShape("apiVersion", .choice(["gantry/v1"]), "apiVersion: gantry/v1", required: true),
        KeyShape("kind", .choice(["Service"]), "kind: Service", required: true),
        KeyShape("name", .text(.name(.service)), "the service's name inside its business", required: true),
        KeyShape("language", .text(.language), "for example python@3.11", required: true, overridable: false),
        KeyShape("owner", .list(.text(.word)), "teams that answer for it", overridable: false),
        KeyShape("build", build, "commands of the pipeline's steps", overridable: false),
    ]
    .map { key in
        var key = key
        key.overridable = false
        return key
    }

    private static let body: [KeyShape] = [
        KeyShape("run", .keys([KeyShape("command", command, "program and arguments")]), "how it is started"),
        KeyShape("ports", .list(port), "what it listens on"),
        KeyShape("calls", .list(.text(.service)), "services that it calls"),
        KeyShape("health", health, "probes"),
        KeyShape("stop", stop, "how it stops"),
        KeyShape("resources", resources, "request..limit of processor and memory"),
        KeyShape("scale", scale, "how many instances"),
        KeyShape("rollout", rollout, "bounds of a rolling update"),
        KeyShape("expose", .list(exposure), "hosts and paths at the front door"),
        KeyShape("env", .map(key: .variable, .anyScalar), "variables of the program"),
        KeyShape(
            "config",
            .keys([KeyShape("files", .list(.text(.repositoryPath)), "files versioned with the release")]),
            "configuration"),
        KeyShape("secrets", .list(.text(.variable)), "names of secrets given as variables"),
        KeyShape("egress", .list(.text(.destination)), "what it reaches besides calls"),
        KeyShape("logs", logs, "log files beside the standard output, and what is masked"),
        KeyShape("metrics", .anything, "metrics from logs", actedOn: false),
        KeyShape("checks", .anything, "synthetic requests", actedOn: false),
        KeyShape("alerts", .anything, "alert rules", actedOn: false),
    ]

    private static let environments = KeyShape(
        "environments",
        .map(key: .name(.environment), .optional(overrideShape)),
        "overrides by environment; null takes the service out of one")

    private static let regions = KeyShape(
        "regions", .list(.text(.name(.region)), atLeast: 1), "regions in this environment")
    private static let sleep = KeyShape("sleep", .anything, "when it sleeps", actedOn: false)

    private static let command = Shape.list(.text(.word), atLeast: 1)

    private static let build = Shape.keys([
        KeyShape("lint", .optional(.text(.word)), "shell command; null for none"),
        KeyShape("test", .optional(.text(.word)), "shell command; null for none"),
        KeyShape("command", .optional(.text(.word)), "shell command that builds; null for none"),
        KeyShape("output", .list(.text(.repositoryPath)), "paths that go into the artifact"),
    ])

    private static let port = Shape.keys([
        KeyShape("name", .text(.name(.port)), "name: http", required: true),
        KeyShape("port", .integer(portRange), "port: 8080", required: true),
        KeyShape("protocol", .choice(PortSpec.Transport.allCases.map(\.rawValue)), "http or tcp"),
    ])

    private static let health = Shape.keys([
        KeyShape("startup", probe, "until it passes the others wait"),
        KeyShape("readiness", probe, "while it fails no requests come"),
        KeyShape("liveness", probe, "when it fails the program is started again"),
    ])

    private static let probe = Shape.keys(
        [
            KeyShape("http", .text(.urlPath), "path asked for"),
            KeyShape("tcp", .text(.reference), "name of a port"),
            KeyShape("exec", command, "program and arguments"),
            KeyShape("port", .text(.reference), "name of a port for http"),
            KeyShape("delay", .text(.period(probeDelays)), "wait before the first time"),
            KeyShape("period", .text(.period(probePeriods)), "time between two"),
            KeyShape("timeout", .text(.period(probePeriods)), "time for an answer"),
            KeyShape("successes", .integer(1...probeCountLimit), "passes in a row that count as one"),
            KeyShape("failures", .integer(1...probeCountLimit), "failures in a row that count as one"),
        ],
        exactlyOne: ["http", "tcp", "exec"])

    private static let stop = Shape.keys([
        KeyShape("discovery", .text(.reference), "discovery system of the callers"),
        KeyShape("drain", .text(.period(stopPeriods)), "time for requests under way"),
        KeyShape("grace", .text(.period(stopPeriods)), "time until KILL; derived when absent"),
    ])

    private static let resources = Shape.keys([
        KeyShape("cpu", .text(.cpu), "cpu: 250m..1"),
        KeyShape("memory", .text(.memory), "memory: 256Mi..256Mi"),
    ])

    private static let scale = Shape.keys([
        KeyShape("min", .integer(1...instanceLimit), "least instances"),
        KeyShape("max", .integer(1...instanceLimit), "most instances"),
        KeyShape("cpu", .text(.percent), "target use of the requested processor"),
        KeyShape("rps", .integer(1...rpsLimit), "target requests per second and instance"),
    ])

    private static let rollout = Shape.keys([
        KeyShape("surge", .integer(0...instanceLimit), "instances above the wanted number"),
        KeyShape("unavailable", .integer(0...instanceLimit), "instances below the wanted number"),
        KeyShape("deadline", .text(.period(deadlines)), "time without progress until it failed"),
    ])

    /// Each of their folders is looked through several times a second.
    static let logFileLimit = 16
    /// What may be masked by name; texts of the platform's own have none.
    static let maskKinds = MaskingScanner.Kind.allCases.filter { $0 != .literal }.map(\.rawValue)

    private static let logs = Shape.keys([
        KeyShape("files", .list(.text(.logFiles)), "paths of files: /data/log/*.log"),
        KeyShape("format", .choice(LogsSpec.Format.allCases.map(\.rawValue)), "how a line is read"),
        KeyShape("mask", .list(.choice(maskKinds)), "masked beside what the platform masks"),
    ])

    private static let exposure = Shape.keys([
        KeyShape("host", .text(.host), "host: articles.example.com", required: true),
        KeyShape("path", .text(.urlPath), "path prefix"),
    ])
}
