package import GantryBase
package import Model

/// A span of time, `from <= t < to`.
package struct TimeRange: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp

    package init(from: Timestamp, to: Timestamp) { (self.from, self.to) = (from, to) }

    package func contains(_ time: Timestamp) -> Bool { from <= time && time < to }
    package var nanoseconds: Int64 { max(0, to.nanoseconds - from.nanoseconds) }
}

/// Whose signals: nil means all. Rights are kept by this: whoever may read one business asks with that business set.
package struct Selection: Sendable, Hashable {
    /// Businesses that may be read; nil for all.
    package var businesses: Set<BusinessName>?
    package var service: ServiceName?
    package var environment: EnvironmentName?
    package var region: RegionName?
    package var instance: String?
    package var release: ReleaseName?

    package init(
        businesses: Set<BusinessName>? = nil, service: ServiceName? = nil,
        environment: EnvironmentName? = nil, region: RegionName? = nil, instance: String? = nil,
        release: ReleaseName? = nil
    ) {
        (self.businesses, self.service, self.environment) = (businesses, service, environment)
        (self.region, self.instance, self.release) = (region, instance, release)
    }

    package func contains(_ source: SignalSource) -> Bool {
        (businesses.map { $0.contains(source.service.business) } ?? true)
            && (service.map { $0 == source.service } ?? true)
            && (environment.map { $0 == source.environment } ?? true)
            && (region.map { $0 == source.region } ?? true)
            && (instance.map { $0 == source.instance.id } ?? true)
            && (release.map { $0 == source.release } ?? true)
    }
}
