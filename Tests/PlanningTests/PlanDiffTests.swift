import GantryBase
import Model
import Planning
import Testing

@Suite struct PlanDiffTests {
    @Test func aServiceIsExpandedInTheOrderOfThePlatform() {
        var platform = Sample.platform()
        platform.environments[3].regions["tianjin"] = nil
        let definition = ServiceDefinition(
            name: Sample.service,
            environments: [
                "production": Sample.spec(regions: ["nanjing", "tianjin", "guangzhou", "nanjing"]),
                "development": Sample.spec(regions: ["guangzhou"]),
                "unknown": Sample.spec(),
            ])
        let names = Expansion.workloads(of: definition, on: platform).map(\.name.path)
        #expect(
            names == [
                "yidian/article/development/guangzhou", "yidian/article/production/nanjing",
                "yidian/article/production/guangzhou",
            ])
    }

    @Test func equalWorkloadsChangeNothing() {
        let same = [Sample.workload: Sample.planned()]
        #expect(PlanDiff.changes(wanted: same, current: same).isEmpty)
    }

    @Test func anotherListOfRegionsIsNoChangeOfAWorkload() {
        let wanted = [Sample.workload: Sample.planned(Sample.spec(regions: ["guangzhou", "nanjing"]))]
        let current = [Sample.workload: Sample.planned()]
        #expect(PlanDiff.changes(wanted: wanted, current: current).isEmpty)
    }

    /// One changed field each, in the words of `service.yaml`.
    static let edits:
        [(path: String, before: String?, after: String?, edit: @Sendable (inout ServiceSpec) -> Void)] = [
            ("resources.cpu.limit", "500m", "1", { $0.resources.cpu.limit = CPUAmount(millicores: 1000) }),
            ("resources.memory.request", "256Mi", "1Gi", { $0.resources.memory.request = .mebibytes(1024) }),
            ("language", "python@3.11", "python@3.12", { $0.language.version = "3.12" }),
            ("owner", nil, "[ann]", { $0.owner = ["ann"] }),
            ("build.test", nil, "make", { $0.build.test = "make" }),
            ("build.output", nil, "[bin]", { $0.build.output = ["bin"] }),
            ("run.command", "[python3, main.py]", "[python3]", { $0.command = ["python3"] }),
            ("ports.http.port", "8080", "8081", { $0.ports[0].port = 8081 }),
            ("calls", nil, "[yidian/author]", { $0.calls = [ServiceName("yidian", "author")] }),
            ("health.readiness.failures", "3", "5", { $0.health.readiness?.failures = 5 }),
            (
                "health.readiness.http", "http/readyz", "http/ok",
                { $0.health.readiness?.action = .http(path: "/ok", port: "http") }
            ),
            ("stop.drain", "10s", "20s", { $0.stop.drain = .seconds(20) }),
            ("scale.cpu", nil, "60%", { $0.scale.cpu = 60 }),
            ("rollout.surge", "1", "2", { $0.rollout.surge = 2 }),
            ("expose", "[]", "[a.example.com/]", { $0.expose = [Exposure(host: "a.example.com")] }),
            ("env.LOG_LEVEL", "info", "debug", { $0.env["LOG_LEVEL"] = "debug" }),
            ("env.NEW", nil, "", { $0.env["NEW"] = "" }),
            ("env.LOG_LEVEL", "info", nil, { $0.env["LOG_LEVEL"] = nil }),
            ("config.files", nil, "[a.toml]", { $0.configFiles = ["a.toml"] }),
            ("secrets", nil, "[DB]", { $0.secrets = ["DB"] }),
            ("egress", nil, "[db:1]", { $0.egress = ["db:1"] }),
            ("logs.files", nil, "[/data/a.log]", { $0.logs = LogsSpec(files: ["/data/a.log"]) }),
            ("logs.format", "auto", "json", { $0.logs = LogsSpec(format: .json) }),
            ("logs.mask", nil, "[phone]", { $0.logs = LogsSpec(mask: ["phone"]) }),
        ]

    @Test(arguments: edits.indices) func aChangedFieldIsNamed(index: Int) {
        let (path, before, after, edit) = Self.edits[index]
        var spec = Sample.spec()
        edit(&spec)
        let changes = PlanDiff.changes(
            wanted: [Sample.workload: Sample.planned(spec)], current: [Sample.workload: Sample.planned()])
        let field = FieldChange(path: path, before: before, after: after)
        #expect(changes == [WorkloadChange(name: Sample.workload, kind: .update([field]))])
    }

    @Test func aPlanIsWrittenInOrderWithASummary() {
        let names = Sample.regions.map { WorkloadName(Sample.service, "production", $0) }
        var spec = Sample.spec()
        spec.resources.cpu.limit = CPUAmount(millicores: 1000)
        spec.env["NOTE"] = "a\u{1B}[2J\nb"
        let held = WorkloadOverride(replicas: 5, author: "ann", createdAt: Sample.start)
        let text = PlanText.render(
            PlanDiff.changes(
                wanted: [
                    names[0]: Sample.planned(release: "2", replicas: 1), names[1]: Sample.planned(spec),
                    names[3]: Sample.planned(override: held),
                ],
                current: [
                    names[1]: Sample.planned(), names[2]: Sample.planned(),
                    names[3]: Sample.planned(override: held),
                ]), colour: false)
        #expect(
            text == #"""
                + yidian/article/production/guangzhou  release 2, 1 instance, cluster local
                  yidian/article/production/hongkong  unchanged
                    ! by hand: replicas 5, by ann at 2027-01-15 08:00:00 UTC, until cleared
                ~ yidian/article/production/nanjing
                    resources.cpu.limit: 500m -> 1
                    env.NOTE: (none) -> a\u{1B}[2J\nb
                - yidian/article/production/tianjin  release 1, 2 instances, cluster local
                Plan: 1 to create, 1 to change, 1 to remove. 1 held by hand.

                """#)
    }

    @Test func anEmptyPlanSaysSo() {
        #expect(PlanText.render([], colour: false) == "Plan: nothing to change.\n")
    }

    @Test func colourIsOnlyThereWhenAskedFor() {
        let changes = [WorkloadChange(name: Sample.workload, kind: .create(Sample.planned()))]
        #expect(PlanText.render(changes, colour: true).hasPrefix("\u{1B}[32m+ "))
        #expect(!PlanText.render(changes, colour: false).contains("\u{1B}"))
    }

    /// 16,000 workloads, each of them changed: the bound of 1 s is for a release build; an unoptimised one on a busy
    /// machine is given more.
    @Test func aThousandServicesArePlannedInASecond() {
        #if DEBUG
        let bound = Duration.seconds(20)
        #else
        let bound = Duration.seconds(1)
        #endif
        let platform = Sample.platform()
        let definitions = (0..<1000).map { number in
            let name = ServiceName("yidian", "service-\(number)")
            let spec = Sample.spec(name, regions: Sample.regions)
            return ServiceDefinition(
                name: name,
                environments: Dictionary(uniqueKeysWithValues: Sample.environments.map { ($0, spec) }))
        }
        func expand(_ edit: (inout ServiceSpec) -> Void) -> [WorkloadName: PlannedWorkload] {
            var planned: [WorkloadName: PlannedWorkload] = [:]
            for workload in definitions.flatMap({ Expansion.workloads(of: $0, on: platform) }) {
                var spec = workload.spec
                edit(&spec)
                planned[workload.name] = Sample.planned(spec)
            }
            return planned
        }
        let current = expand { _ in }
        var count = 0
        let took = ContinuousClock().measure {
            let wanted = expand {
                $0.env["LOG_LEVEL"] = "debug"
                $0.resources.cpu.limit = CPUAmount(millicores: 2000)
            }
            let changes = PlanDiff.changes(wanted: wanted, current: current)
            count = changes.count
            _ = PlanText.render(changes, colour: false)
        }
        #expect(count == 16_000)
        #expect(took < bound, "took \(took)")
        print("plan of 16,000 changed workloads with its text: \(took)")
    }
}
