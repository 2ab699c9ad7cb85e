package import Model

/// Counts releases, runs and rollouts of a service.
package enum NextNumber {
    /// Returns one more than the largest number in use of the service, starting at 1; gaps are never filled, so that
    /// a number never means two things.
    package static func after<Kind>(_ names: some Sequence<Numbered<Kind>>, of service: ServiceName) -> Int {
        names.reduce(0) { $1.service == service ? max($0, $1.number) : $0 } + 1
    }
}
