import GantryBase
import Model
import Telemetry

/// What all questions about signals are cut to: places and a time.
extension APIRequest {
    static let placeParameters: Set<String> = [
        "business", "service", "environment", "region", "instance", "release",
    ]
    static let timeParameters: Set<String> = ["last", "from", "to"]
    /// Where nothing else is said: what has just happened is what people look for.
    static let standardPeriod = Period.minutes(15)

    func selection() throws(GantryError) -> Selection {
        var selection = Selection()
        if let text = query("service") {
            guard let name = ServiceName(path: text) else {
                throw GantryError(
                    .invalid, "service=\(text) is no service", hint: "a service is BUSINESS/SERVICE")
            }
            selection.service = name
        }
        if let text = query("release") {
            guard let name = ReleaseName(path: text) else {
                throw GantryError(
                    .invalid, "release=\(text) is no release", hint: "a release is BUSINESS/SERVICE/NUMBER")
            }
            selection.release = name
        }
        selection.businesses = query("business").map { [BusinessName($0)] }
        selection.environment = query("environment").map { EnvironmentName($0) }
        selection.region = query("region").map { RegionName($0) }
        selection.instance = query("instance")
        return selection
    }

    /// The last quarter of an hour, or what `last`, or `from` and `to`, say.
    func range(now: Timestamp) throws(GantryError) -> TimeRange {
        if let text = query("last") {
            guard query("from") == nil else {
                throw GantryError(.invalid, "last= and from= say two things", hint: "leave one of them out")
            }
            guard let period = Period(text), period > .zero, period <= Routes.longestPeriod else {
                throw GantryError(.invalid, "last=\(text) is not \(Period.form)", hint: "last=15m")
            }
            let to = try time("to", now: now)
            return TimeRange(from: (to ?? now) - period, to: to ?? later(now))
        }
        let end = try time("to", now: now)
        let to = end ?? later(now)
        let from = try time("from", now: now) ?? ((end ?? now) - Self.standardPeriod)
        guard from < to else {
            throw GantryError(.invalid, "from= is not before to=", hint: "give the earlier time as from=")
        }
        return TimeRange(from: from, to: to)
    }

    /// Machines whose clocks are ahead of ours have written what is newest.
    private func later(_ now: Timestamp) -> Timestamp { now + Self.clockSkew }
    private static let clockSkew = Period.minutes(1)

    /// A time, or how long ago.
    private func time(_ name: String, now: Timestamp) throws(GantryError) -> Timestamp? {
        guard let text = query(name) else { return nil }
        if let time = Timestamp(text) { return time }
        if let period = Period(text), period <= Routes.longestPeriod { return now - period }
        throw GantryError(
            .invalid, "\(name)=\(text) is neither a time such as 2030-01-31T12:00:00Z nor \(Period.form)",
            hint: "give one of them; a duration counts back from now")
    }
}
