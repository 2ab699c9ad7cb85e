import Access
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Wire

/// One real answer, beside where the document says what it should be.
struct RealAnswer {
    var method: String
    var path: String
    var status: Int
    var type: String?
    var body: JSONValue?
    var sent: JSONValue?

    var document: JSONValue {
        [
            "method": .string(method), "path": .string(path), "status": .integer(Int64(status)),
            "type": type.map { .string($0) } ?? .null, "body": body ?? .null, "sent": sent ?? .null,
        ]
    }
}

/// Asks a real server for every kind of answer, good and bad.
struct RealAnswers {
    let server: TestServer
    private static let service = ServiceName("yidian", "a")
    private static let place = "yidian/a/production/guangzhou"

    func collect() async throws -> [RealAnswer] {
        let admin = try await server.admin()
        var answers: [RealAnswer] = []
        func ask(
            _ method: String, _ path: String, _ target: String? = nil, _ body: String? = nil,
            token: String? = admin, type: String? = "application/json"
        ) async throws {
            let reply = try await server.call(
                method, target ?? path, token: token, body: body,
                headers: body == nil ? [] : ["Content-Type: \(type ?? "")"])
            let isJSON = reply.headers["content-type"]?.contains("json") == true
            answers.append(
                RealAnswer(
                    method: method, path: path, status: reply.status, type: reply.headers["content-type"],
                    body: isJSON ? reply.json : reply.body.isEmpty ? nil : .string(reply.text),
                    sent: reply.status < 400 && type == "application/json"
                        ? body.map { (try? JSON.parse(Array($0.utf8))) ?? .null } : nil))
        }
        try await ask("GET", "/v1/platform")
        try await ask("PUT", "/v1/platform", nil, "kind: Wrong", type: "application/yaml")
        try await ask("PUT", "/v1/platform", nil, Self.platform, type: "application/yaml")
        let run = try await seed()
        let names = "{business}/{service}"
        let workload = "\(names)/{environment}/{region}"
        let source = SignalSource(instance: try instance(), release: ReleaseName(Self.service, 1))
        let agent = server.workloadTokens.token(for: source, holder: .agent)
        for (path, body) in [
            ("/v1/traces", Self.spans(server.clock.now)), ("/v1/logs", Self.logs(server.clock.now)),
            ("/v1/metrics", "{}"), ("/v1/calls", "[]"), ("/v1/traces", "{"),
        ] { try await ask("POST", path, nil, body, token: agent) }
        try await ask("POST", "/v1/traces", nil, "{}", token: "wrong")
        try await ask("GET", "/v1/traces/{id}", "/v1/traces/\(Self.trace)")
        try await ask("GET", "/v1/traces/{id}", "/v1/traces/00000000000000000000000000000001")
        for path in ["/v1/logs", "/v1/logs/histogram", "/v1/calls", "/v1/spans"] {
            try await ask("GET", path)
        }
        for path in ["/livez", "/readyz", "/v1/openapi.json"] { try await ask("GET", path, token: nil) }
        for path in [
            "/metrics", "/v1/whoami", "/v1/platform", "/v1/regions", "/v1/instances", "/v1/repositories",
            "/v1/releases",
            "/v1/runs", "/v1/rollouts", "/v1/workloads", "/v1/audit", "/v1/tokens",
        ] {
            try await ask("GET", path)
            try await ask("GET", path, token: nil)
        }
        try await ask("POST", "/v1/services", nil, "{\"service\":\"yidian/b\"}")
        try await ask("POST", "/v1/services", nil, "{\"service\":\"yidian/b\"}")
        try await ask("POST", "/v1/services", nil, "{\"service\":7}")
        try await ask("POST", "/v1/services", nil, "service=yidian/c", type: "text/plain")
        try await ask(
            "PUT", "/v1/workloads/\(workload)/override", "/v1/workloads/\(Self.place)/override",
            "{\"replicas\":5,\"until\":\"2h\"}")
        try await ask("GET", "/v1/overrides")
        let yaml = JSON.write(.string(Self.yaml))
        let file = "{\"service\":\"yidian/a\",\"yaml\":\(String(decoding: yaml, as: UTF8.self))}"
        try await ask("POST", "/v1/validate", nil, file)
        try await ask("POST", "/v1/plan", nil, file)
        let numbered = "\(names)/{number}"
        for (path, target) in [
            ("/v1/repositories/\(names)", "yidian/a"), ("/v1/releases/\(numbered)", "yidian/a/2"),
            ("/v1/runs/\(numbered)", run), ("/v1/rollouts/\(numbered)", "yidian/a/7"),
            ("/v1/workloads/\(workload)", Self.place), ("/v1/overrides/\(workload)", Self.place),
            ("/v1/instances/\(workload)/{instance}", "\(Self.place)/x1"),
        ] {
            let kind = path.split(separator: "/")[1]
            try await ask("GET", path, "/v1/\(kind)/\(target)")
            try await ask("GET", path, "/v1/\(kind)/\(target.replacing("/a/", with: "/none/"))x")
        }
        try await ask("GET", "/v1/workloads/\(workload)/render", "/v1/workloads/\(Self.place)/render")
        try await ask(
            "POST", "/v1/services/\(names)/rollback", "/v1/services/yidian/a/rollback",
            "{\"environment\":\"production\",\"release\":1}")
        try await ask("DELETE", "/v1/workloads/\(workload)/override", "/v1/workloads/\(Self.place)/override")
        try await ask("DELETE", "/v1/workloads/\(workload)/override", "/v1/workloads/\(Self.place)/override")
        let decide = "/v1/runs/\(numbered)/decide"
        let verdict = "{\"approved\":true,\"comment\":\"fine\"}"
        try await ask("POST", decide, "/v1/runs/\(run)/decide", verdict)
        try await ask("POST", decide, "/v1/runs/\(run)/decide", verdict)
        try await ask("POST", "/v1/runs/\(numbered)/cancel", "/v1/runs/\(run)/cancel")
        try await end(run)
        try await ask("POST", "/v1/runs/\(numbered)/retry", "/v1/runs/\(run)/retry?force=true")
        let secret = "/v1/services/\(names)/secrets"
        let key = "/v1/services/yidian/a/secrets"
        try await ask("PUT", secret + "/{name}", key + "/DB_PASSWORD", "{\"value\":\"x\"}")
        try await ask("GET", secret, key)
        try await ask("DELETE", secret + "/{name}", key + "/DB_PASSWORD?force=true")
        try await ask("DELETE", secret + "/{name}", key + "/DB_PASSWORD?force=true")
        try await ask("POST", "/v1/tokens", nil, "{\"scopes\":[\"read\"],\"expiresIn\":\"30d\"}")
        if let id = answers.last?.body?["id"]?.stringValue {
            try await ask("DELETE", "/v1/tokens/{id}", "/v1/tokens/\(id)")
        }
        try await collectAccess(admin) { method, path, target, body, isSignedIn in
            try await ask(method, path, target, body, token: isSignedIn ? admin : nil)
            return answers.last?.body
        }
        return answers
    }

    private static let platform = """
        apiVersion: gantry/v1
        kind: Platform
        name: clinic
        businesses: [{name: yidian, title: Encyclopedia, members: {dev: developer}}]
        regions: [{name: guangzhou, title: Guangzhou}]
        clusters: [{name: local, kind: local}]
        environments: [{name: production, regions: {guangzhou: local}}]
        pipelines: {default: [{name: verify, steps: [checkout]}, {name: ship, approval: {}}]}
        """

    private static let yaml = """
        apiVersion: gantry/v1
        kind: Service
        name: a
        language: python@3.11
        run: {command: [python3, main.py]}
        nonsense: 1
        """

    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    private func instance() throws -> InstanceName {
        guard let name = InstanceName(path: Self.place + "/x1") else {
            throw ClientFault(description: "name")
        }
        return name
    }

    private static func spans(_ now: Timestamp) -> String {
        """
        {"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"\(trace)",\
        "spanId":"b7ad6b7169203331","parentSpanId":"b7ad6b7169203332","name":"GET /","kind":2,\
        "startTimeUnixNano":"\(now.nanoseconds)","endTimeUnixNano":"\(now.nanoseconds + 1_000_000)",\
        "attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}}]}]}]}]}
        """
    }

    private static func logs(_ now: Timestamp) -> String {
        """
        {"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":\
        "\(now.nanoseconds)","severityNumber":17,"body":{"stringValue":"broken"},"traceId":"\(trace)",\
        "attributes":[{"key":"a","value":{"intValue":"1"}}]}]}]}]}
        """
    }

    /// Objects with as much in them as there can be. Returns the name of a run that waits.
    private func seed() async throws -> String {
        let store = server.store
        let (service, now) = (Self.service, server.clock.now)
        try await store.create(StoredRepository.self, service.path, spec: .init(service: service))
        let spec = ServiceSpec(
            name: service, language: Language("python", "3.11"), owner: ["team"], command: ["true"],
            ports: [PortSpec(name: "http", port: 80)], calls: [service],
            stop: StopSpec(discovery: "polaris", wait: .seconds(10)), expose: [Exposure(host: "a.example")],
            env: ["A": "1"], secrets: [], logs: LogsSpec(files: ["/x/*.log"]), regions: ["guangzhou"])
        for number in 1...2 {
            let release = Release(
                name: ReleaseName(service, number), commit: "c", artifact: "sha256:0",
                definition: ServiceDefinition(name: service, environments: ["production": spec]),
                configuration: [ConfigurationFile(path: "a.toml", content: "x")],
                run: RunName(service, number), createdAt: now)
            try await store.create(StoredRelease.self, release.name.path, spec: release)
        }
        let target = RolloutTarget(
            name: RolloutName(service, 7), environment: "production", release: ReleaseName(service, 2),
            regions: ["guangzhou"], lastGood: ["guangzhou": ReleaseName(service, 1)],
            cause: .run(RunName(service, 2)), createdAt: now)
        try await store.create(
            StoredRollout.self, target.name.path, spec: target,
            status: RolloutStatus(phase: .succeeded, regions: [RegionProgress(region: "guangzhou")]))
        try await store.mutate(StoredRepository.self, service.path) {
            $0.status.numbers["rollout"] = 7
            $0.status.heads["refs/heads/main"] = .init(commit: "c", author: "dev", at: now)
        }
        try await server.workload(Self.place, instances: ["x1", "x2"])
        let name = RunName(service, 3)
        var step = StepStatus(kind: .test, progress: .succeeded, attempt: 1)
        step.result = StepResult(exitCode: 0, startedAt: now, finishedAt: now)
        step.tests = TestSummary(passed: 1, failed: 1, skipped: 0, failures: ["t"])
        var status = RunStatus()
        status.progress = .waiting
        status.stages = [
            StageStatus(name: "verify", progress: .succeeded, steps: [step]),
            StageStatus(name: "approve", progress: .waiting),
        ]
        try await store.create(
            StoredRun.self, name.path,
            spec: RunSpec(
                name: name, commit: "c", branch: "main", author: "dev", subject: "s",
                stages: [
                    StageTemplate(name: "verify", work: .steps([.checkout])),
                    StageTemplate(name: "approve", work: .approval(role: .approver)),
                    StageTemplate(name: "ship", work: .rollout(environment: "production")),
                ], createdAt: now), status: status)
        return name.path
    }

    private func end(_ run: String) async throws {
        try await server.store.mutate(StoredRun.self, run) {
            $0.status.progress = .failed
            $0.status.stages[1].progress = .failed
        }
    }
}
