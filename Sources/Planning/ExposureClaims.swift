package import Model

/// Tells which service has which host and path at the front doors.
package enum ExposureClaims {
    /// What one service exposes in each environment, as last pushed to one of its branches.
    package typealias Exposed = [EnvironmentName: [Exposure]]

    /// The hosts and paths that services other than `service` have, by environment; where two have the same, the first
    /// by name.
    ///
    /// Regions are not told apart: a host that meant one service here and another there could not be found by name.
    package static func others(
        than service: ServiceName, among claims: [(service: ServiceName, exposed: Exposed)]
    ) -> [EnvironmentName: [Exposure: ServiceName]] {
        var taken: [EnvironmentName: [Exposure: ServiceName]] = [:]
        for claim in claims where claim.service != service {
            for (environment, exposures) in claim.exposed {
                for exposure in exposures {
                    let known = taken[environment]?[exposure.normal] ?? claim.service
                    taken[environment, default: [:]][exposure.normal] = min(known, claim.service)
                }
            }
        }
        return taken
    }
}
