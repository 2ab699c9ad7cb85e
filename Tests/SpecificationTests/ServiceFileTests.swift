import GantryBase
import Model
import Testing

@testable import Specification

@Suite struct ServiceFileTests {
    static let head = "apiVersion: gantry/v1\nkind: Service\nname: article\nlanguage: python@3.11\n"
    static let service = ServiceName("yidian", "article")

    static func read(_ body: String, platform: PlatformSpec? = Corpus.platform) -> Reading<ServiceDefinition>
    {
        ServiceFile.read(head + body, service: service, platform: platform)
    }

    @Test func defaultsFollowFromTheLanguageAndThePlatform() throws {
        let definition = try #require(Self.read("").value)
        #expect(definition.name == Self.service)
        #expect(Set(definition.environments.keys) == ["development", "production"])
        let spec = try #require(definition.environments["production"])
        #expect(spec.command == ["python3", "main.py"])
        #expect(spec.build.lint == "python3 -m compileall -q .")
        #expect(spec.build.test == "python3 -m unittest -v")
        #expect(spec.regions == ["guangzhou", "nanjing", "hongkong"])
        #expect(spec.stop == StopSpec(discovery: "kubernetes", wait: .seconds(10)))
        #expect(spec.scale == ScaleSpec() && spec.rollout == RolloutSpec() && spec.health == HealthSpec())
    }

    @Test func whatAnotherServiceExposesInTheSameEnvironmentIsAnError() {
        let taken: [EnvironmentName: [Exposure: ServiceName]] = [
            "production": [Exposure(host: "a.example.com", path: "/v1"): ServiceName("yidian", "author")]
        ]
        func codes(_ expose: String) -> [String] {
            let text = "ports: [{name: http, port: 8080}]\n" + expose
            return ServiceFile.read(
                Self.head + text, service: Self.service, platform: Corpus.platform, exposed: taken
            ).diagnostics.map(\.code)
        }
        #expect(codes("expose: [{host: a.example.com, path: /v1}]\n") == ["exposure-taken"])
        #expect(codes("expose: [{host: a.example.com, path: /v2}]\n") == [])
        let elsewhere = "environments: {development: {expose: [{host: a.example.com, path: /v1}]}}\n"
        #expect(codes(elsewhere) == [])
    }

    @Test func everyKeyReachesTheSpec() throws {
        let file = try #require(Corpus.valid.first { $0.name == "service-whole.yaml" })
        let spec = try #require(file.service.value?.environments["production"])
        #expect(spec.language == Language("python", "3.11") && spec.owner == ["yidian-backend"])
        #expect(spec.build.lint == nil && spec.build.command == "make")
        #expect(spec.build.output == ["dist", "main.py"])
        #expect(spec.command == ["python3", "main.py", "--port", "8080"])
        #expect(spec.ports.map(\.transport) == [.http, .tcp])
        #expect(spec.calls.map(\.path) == ["yidian/author", "yisheng/doctor"])
        #expect(spec.health.startup?.failures == 60 && spec.health.startup?.period == .seconds(1))
        #expect(spec.health.readiness?.action == .http(path: "/readyz", port: "http"))
        #expect(spec.health.liveness?.action == .tcp(port: "admin"))
        #expect(spec.health.liveness?.timeout == .milliseconds(1500))
        #expect(spec.stop.wait == .seconds(10) && spec.stop.drain == .seconds(20))
        #expect(spec.stop.grace == .minutes(1))
        #expect(spec.resources.cpu.request.millicores == 250 && spec.resources.cpu.limit.millicores == 1000)
        #expect(spec.resources.memory.limit == .mebibytes(256))
        #expect(spec.scale == ScaleSpec(min: 2, max: 20, cpu: 60, rps: 200))
        #expect(spec.rollout == RolloutSpec(surge: 2, unavailable: 1, deadline: .minutes(5)))
        #expect(spec.expose.map(\.path) == ["/", "/v2"])
        #expect(spec.env == ["LOG_LEVEL": "info", "WORKERS": "4", "RATIO": "0.5", "EMPTY": ""])
        #expect(spec.configFiles == ["conf/app.toml"] && spec.secrets == ["DB_PASSWORD"])
        #expect(spec.egress == ["mysql.internal:3306"])
        #expect(spec.regions == ["guangzhou", "nanjing"])
    }

    @Test func overridesMergeMapsReplaceListsAndRemoveByNull() throws {
        let reading = Self.read(
            """
            env: {A: base, B: base}
            calls: [yisheng/doctor]
            scale: {min: 2, max: 4, cpu: 60%}
            environments:
              development: {env: {A: ~, C: new}, calls: [yiyao/medicine], scale: {cpu: ~, max: 8}}
              production: ~
            """)
        let environments = try #require(reading.value).environments
        #expect(Array(environments.keys) == ["development"])
        let spec = try #require(environments["development"])
        #expect(spec.env == ["B": "base", "C": "new"])
        #expect(spec.calls.map(\.path) == ["yiyao/medicine"])
        #expect(spec.scale == ScaleSpec(min: 2, max: 8))
    }

    @Test func aMistakeInTheBaseIsReportedOnceAndNotForEachEnvironment() {
        let reading = Self.read("resources: {cpu: 2..1}\n")
        #expect(reading.diagnostics.map(\.code) == ["limit-below-request"])
        #expect(reading.value == nil)
    }

    @Test func aMistakeThatAnOverrideMakesPointsAtTheOverride() {
        let reading = Self.read(
            """
            environments:
              production:
                scale: {min: 9}
            scale: {min: 1, max: 3}
            """)
        #expect(reading.diagnostics.map(\.code) == ["min-above-max"])
        #expect(reading.diagnostics.first?.line == 7)
    }

    @Test func aMistakeMendedInEveryEnvironmentIsNone() {
        let override = "{scale: {max: 9}}"
        let reading = Self.read(
            "scale: {min: 5, max: 3}\nenvironments: {development: \(override), production: \(override)}\n")
        #expect(reading.diagnostics.isEmpty)
    }

    @Test func withoutAPlatformOnlyWhatNeedsNoneIsChecked() throws {
        let body = """
            calls: [nobody/known]
            stop: {discovery: house-dns}
            environments: {elsewhere: {regions: [moon], env: {A: b}}}
            """
        let reading = ServiceFile.read(Self.head + body, service: nil, platform: nil)
        #expect(reading.diagnostics.isEmpty)
        let definition = try #require(reading.value)
        #expect(definition.name == ServiceName("-", "article"))
        #expect(definition.environments["elsewhere"]?.regions == ["moon"])
        let wrong = ServiceFile.read(
            Self.head + "stop: {grace: 1s}\nexpose: [{host: a.b}]\n", service: nil, platform: nil)
        #expect(wrong.diagnostics.map(\.code) == ["grace-too-short", "exposure-without-port"])
    }

    @Test(arguments: Corpus.valid.filter { !$0.isPlatform })
    func theEffectiveSpecReadsBackAsItself(file: Corpus.File) throws {
        let environments = try #require(file.service.value).environments
        for (environment, spec) in environments {
            let lines = EffectiveYAML.render(spec).split(separator: "\n").map(String.init)
            let regions = try #require(lines.last)
            let text =
                lines.dropLast().joined(separator: "\n") + "\nenvironments: {\(environment): {\(regions)}}\n"
            let again = ServiceFile.read(text, service: spec.name, platform: Corpus.platform)
            #expect(again.diagnostics.filter { $0.severity == .error }.isEmpty)
            #expect(again.value?.environments[environment] == spec)
        }
    }
}
