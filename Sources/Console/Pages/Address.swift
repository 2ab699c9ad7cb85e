package import Model

/// Where each page stands. Every part of a name is encoded, so that no name can lead elsewhere.
package enum Address {
    package static let overview = "/"
    package static let businesses = "/businesses"
    package static let services = "/services"
    package static let workloads = "/workloads"
    package static let runs = "/runs"
    package static let releases = "/releases"
    package static let rollouts = "/rollouts"
    package static let audit = "/audit"
    package static let secrets = "/secrets"
    package static let tokens = "/tokens"
    package static let calls = "/calls"
    package static let search = "/search"

    package static func service(_ name: ServiceName) -> String { under(services, name.path) }
    package static func workload(_ name: WorkloadName) -> String { under(workloads, name.path) }
    package static func instance(_ name: InstanceName) -> String { under("/instances", name.path) }
    package static func run(_ name: RunName) -> String { under(runs, name.path) }
    package static func release(_ name: ReleaseName) -> String { under(releases, name.path) }
    package static func rollout(_ name: RolloutName) -> String { under(rollouts, name.path) }
    package static func runs(of name: ServiceName) -> String { query(runs, [("service", name.path)]) }
    package static func releases(of name: ServiceName) -> String { under(releases, name.path) }
    package static func rollouts(of name: ServiceName) -> String { query(rollouts, [("service", name.path)]) }
    package static func secrets(of name: ServiceName) -> String { under(secrets, name.path) }
    package static func services(of name: BusinessName) -> String {
        query(services, [("business", name.text)])
    }
    package static func calls(of name: ServiceName) -> String { query(calls, [("service", name.path)]) }

    /// The log search for one service, or for a part of it.
    package static func logs(
        of name: ServiceName, _ environment: EnvironmentName? = nil, _ region: RegionName? = nil,
        query: String = ""
    ) -> String {
        self.query(
            search,
            [
                ("q", query), ("service", name.path), ("environment", environment?.text),
                ("region", region?.text),
            ])
    }

    package static func under(_ place: String, _ path: String) -> String {
        place + "/"
            + path.split(separator: "/", omittingEmptySubsequences: false)
            .map { SafeAddress.encoded(String($0)) }.joined(separator: "/")
    }

    /// An address with those values that are there and not empty.
    package static func query(_ place: String, _ values: [(String, String?)]) -> String {
        PageAddress.text(place, values)
    }
}
