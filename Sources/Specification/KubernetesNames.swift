package import Model

/// The names that a workload has on Kubernetes; the norm's lengths make every one of them fit.
package enum KubernetesNames {
    /// A DNS label, which namespaces, services and label values are.
    package static let labelLimit = 63
    /// A second track while a rollout runs: `NAME-canary`.
    package static let canarySuffix = "-canary"
    /// What a replica set appends: a dash and a hash of at most ten characters.
    package static let replicaSetSuffixLength = 11
    /// What a pod appends: a dash and five characters; the host name of a pod is a label, too.
    package static let podSuffixLength = 6
    /// Room that stays free behind `SERVICE-REGION`.
    package static let suffixRoom = canarySuffix.utf8.count + replicaSetSuffixLength + podSuffixLength

    package static func namespace(_ business: BusinessName, _ environment: EnvironmentName) -> String {
        "\(business)-\(environment)"
    }

    /// The name of a workload's objects inside its namespace.
    package static func object(_ service: ServiceName, _ region: RegionName) -> String {
        "\(service.name)-\(region)"
    }

    package static func canary(_ service: ServiceName, _ region: RegionName) -> String {
        object(service, region) + canarySuffix
    }
}
