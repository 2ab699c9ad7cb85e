import GantryBase
import Model
import Specification

/// A company of the size that Gantry is for: 20 businesses of 50 services, each in 4 environments × 4 regions.
struct Company {
    static let businesses = 20
    static let servicesPerBusiness = 50
    static let regions = ["guangzhou", "nanjing", "tianjin", "hongkong"]
    static let environments = ["development", "testing", "staging", "production"]

    let platform: PlatformSpec
    let services: [ServiceName]

    /// - Parameter cluster: the kind of the one cluster that everything is bound to.
    init(cluster: Cluster.Kind) throws {
        let businesses = (0..<Self.businesses).map { "unit\($0)" }
        var text = "apiVersion: gantry/v1\nkind: Platform\nname: company\nbusinesses:\n"
        for business in businesses { text += "  - {name: \(business)}\n" }
        text += "regions:\n"
        for region in Self.regions { text += "  - {name: \(region)}\n" }
        text += "clusters: [{name: main, kind: \(cluster.rawValue)}]\nenvironments:\n"
        let bound = Self.regions.map { "\($0): main" }.joined(separator: ", ")
        for environment in Self.environments { text += "  - {name: \(environment), regions: {\(bound)}}\n" }
        platform = try Self.value(of: PlatformFile.read(text))
        services = businesses.flatMap { business in
            (0..<Self.servicesPerBusiness).map { ServiceName(BusinessName(business), "service\($0)") }
        }
    }

    /// The file of one service, about as long as those of the samples. An edition differs from the one before in a
    /// variable, a limit and the scale of production, so that every workload of the service changes.
    func text(of service: ServiceName, edition: Int) -> String {
        """
        apiVersion: gantry/v1
        kind: Service
        name: \(service.name)
        language: python@3.11
        owner: [team-\(service.business)]
        build: {test: python3 -m unittest -v}
        run: {command: [python3, main.py]}
        ports: [{name: http, port: 8080, protocol: http}]
        health:
          startup:   {http: /healthz, period: 1s, failures: 60}
          readiness: {http: /readyz,  period: 5s}
          liveness:  {http: /livez,   period: 10s, failures: 6}
        stop: {discovery: kubernetes, drain: 20s}
        resources: {cpu: 250m..1, memory: 256Mi..\(256 + 64 * edition)Mi}
        scale: {min: 2, max: 20, cpu: 60%}
        env: {LOG_LEVEL: info, EDITION: "\(edition)"}
        environments:
          development: {scale: {min: 1, max: 1}}
          production: {scale: {min: \(2 + edition)}}

        """
    }

    func definition(of service: ServiceName, edition: Int) throws -> ServiceDefinition {
        try Self.value(
            of: ServiceFile.read(
                text(of: service, edition: edition), service: service, platform: platform))
    }

    private static func value<Value>(of reading: Reading<Value>) throws -> Value {
        if let value = reading.value { return value }
        throw GantryError(.internal, "\(reading.diagnostics.map(\.description))")
    }
}

/// Milliseconds that `body` takes.
func milliseconds<Result>(_ body: () throws -> Result) rethrows -> (Double, Result) {
    let start = ContinuousClock.now
    let result = try body()
    return ((ContinuousClock.now - start) / .milliseconds(1), result)
}
