import GantryBase
import Model
import Wire

/// What `gantry get` lists.
enum ListedKind: String, KindWord {
    case businesses, services, workloads, instances, releases, runs, rollouts, overrides, regions

    var singular: String { self == .businesses ? "business" : String(rawValue.dropLast()) }

    var otherWords: [String] {
        let short: [String] =
            switch self {
            case .businesses: ["biz"]
            case .services: ["svc", "repositories", "repository"]
            case .workloads: ["wl"]
            case .instances: ["inst"]
            case .releases: ["rel"]
            case .runs: []
            case .rollouts: ["ro"]
            case .overrides: ["ov"]
            case .regions: ["reg"]
            }
        return [singular] + short
    }

    var path: String {
        switch self {
        case .services: "/v1/repositories"
        case .businesses: "/v1/platform"
        default: "/v1/\(rawValue)"
        }
    }

    /// Parts of an object's name; nil where the list is not of objects.
    var nameParts: Int? {
        switch self {
        case .businesses, .regions: nil
        case .services: 2
        case .releases, .runs, .rollouts: 3
        case .workloads, .overrides: 4
        case .instances: 5
        }
    }

    /// How the name of one is written.
    var form: String {
        switch self {
        case .businesses, .regions: "NAME"
        case .services: ServiceName.form
        case .releases, .runs, .rollouts: RunName.form
        case .workloads, .overrides: WorkloadName.form
        case .instances: InstanceName.form
        }
    }

    /// What the list can be cut to.
    var filters: [ListFilter.Part] {
        switch self {
        case .businesses: []
        case .services, .releases, .runs: [.name]
        case .rollouts: [.name, .environment]
        case .workloads, .overrides, .instances: [.name, .environment, .region]
        case .regions: [.environment, .region]
        }
    }

    /// Newest first where that is what one looks for.
    var order: [(String, String)] {
        [.releases, .runs, .rollouts].contains(self) ? [("order", "recent")] : []
    }

    /// What makes one, where there is none.
    var next: String? {
        switch self {
        case .businesses, .regions: "gantry apply takes a platform.yaml, which names them"
        case .services: "gantry service new BUSINESS/SERVICE makes one"
        case .runs: "git push to the main branch of a service starts one"
        case .releases: "the step `release` of a run makes one: gantry get runs"
        case .rollouts, .workloads: "a run makes them when it rolls a release out: gantry get runs"
        case .instances: "gantry get workloads shows what is wanted"
        case .overrides: "gantry scale WORKLOAD NUMBER makes one"
        }
    }
}
