import GantryBase
import Model

/// Resources, scale and the bounds of a rolling update.
extension ServiceReader {
    func readResources(_ node: YAMLNode?) -> ResourceSpec {
        var resources = ResourceSpec()
        if let cpu = node?["cpu"] { readBounds(cpu, "cpu", zero: CPUAmount(millicores: 0), &resources.cpu) }
        if let memory = node?["memory"] {
            readBounds(memory, "memory", zero: ByteCount(bytes: 0), &resources.memory)
        }
        return resources
    }

    private func readBounds<Amount>(
        _ node: YAMLNode, _ key: String, zero: Amount, _ bounds: inout ResourceSpec.Bounds<Amount>
    ) {
        let parts = node.text.map { TextForm.parts(ofBounds: $0).map { Amount($0) } } ?? []
        guard let first = parts.first, let last = parts.last, let request = first, let limit = last else {
            return
        }
        if limit < request {
            report.error(
                node.place, "limit-below-request",
                "resources.\(key): the limit \(limit) is below the request \(request)",
                hint: "write REQUEST..LIMIT, the smaller first")
        } else if request <= zero {
            report.error(
                node.place, "out-of-range", "resources.\(key): a request of 0 gives the program nothing",
                hint: "write \(Amount.form)")
        }
        bounds = ResourceSpec.Bounds(request: request, limit: limit)
    }

    func readScale(_ node: YAMLNode?) -> ScaleSpec {
        let least = node?["min"]?.integer ?? 1
        let most = node?["max"]?.integer ?? max(1, least)
        if least > most, let min = node?["min"], let max = node?["max"] {
            report.error(
                Place.blame(min.place, max.place), "min-above-max",
                "scale: min \(least) is above max \(most)", hint: "raise max, or lower min")
        }
        let percent = node?["cpu"]?.text.flatMap { Int($0.dropLast()) }
        return ScaleSpec(min: least, max: most, cpu: percent, rps: node?["rps"]?.integer)
    }

    func readRollout(_ node: YAMLNode?, _ scaleNode: YAMLNode?, _ scale: ScaleSpec) -> RolloutSpec {
        var rollout = RolloutSpec()
        if let surge = node?["surge"]?.integer { rollout.surge = surge }
        if let unavailable = node?["unavailable"]?.integer { rollout.unavailable = unavailable }
        if let deadline: Period = node?["deadline"]?.amount() { rollout.deadline = deadline }
        guard let node else { return rollout }
        let place = node["unavailable"]?.place ?? node["surge"]?.place ?? node.place
        if rollout.surge == 0, rollout.unavailable == 0 {
            report.error(
                node["surge"].map { Place.blame(place, $0.place) } ?? place, "rollout-stuck",
                "rollout: with surge 0 and unavailable 0 no instance can be replaced",
                hint: "set surge to 1 to start new ones first, or unavailable to 1 to stop old ones first")
        } else if rollout.unavailable >= scale.min {
            let min = scaleNode?["min"]
            checkAvailability(rollout, scale, min.map { Place.blame(place, $0.place) } ?? place)
        }
        return rollout
    }

    /// One instance that must never run twice is updated by stopping it: allowed, and said.
    private func checkAvailability(_ rollout: RolloutSpec, _ scale: ScaleSpec, _ place: Place) {
        if scale.min == 1, rollout.surge == 0, rollout.unavailable == 1 {
            report.warning(
                place, "rollout-interrupts",
                "rollout: the only instance stops before the new one starts, so each update interrupts it",
                hint: "set surge to 1 and unavailable to 0, if two may run at once")
        } else {
            report.error(
                place, "rollout-unavailable",
                "rollout: unavailable \(rollout.unavailable) may stop every instance, since scale.min is \(scale.min)",
                hint: "set unavailable below \(scale.min)")
        }
    }
}
