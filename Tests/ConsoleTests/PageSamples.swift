import Console
import GantryBase
import Model

/// Every page of objects with made-up values, in its usual, empty, failed and longest states.
struct PageSamples {
    /// Goes behind every text that comes from outside; empty in the usual samples.
    var tail = ""

    static let hostile = "<script>alert(1)</script>\" onload='x' & \u{202E}gpj \u{1B}[31m\u{7}"

    let now = Timestamp(seconds: 1_795_513_388)
    var service: ServiceName { ServiceName(BusinessName("yidian" + tail), "article" + tail) }
    let environments: [EnvironmentName] = ["development", "testing", "staging", "production"]
    let regions: [RegionName] = ["guangzhou", "nanjing", "tianjin", "hongkong"]
    let fault = GantryError(
        .unavailable, "the state cannot be read: the disk refuses", hint: "look at the disk, then try again")

    func ago(_ seconds: Int64) -> Timestamp { now - .seconds(seconds) }

    var all: [(name: String, page: any ConsolePage)] {
        [
            ("overview", overview), ("overview-empty", OverviewPage(platform: nil)),
            ("overview-quiet", quiet),
            ("businesses", businesses), ("businesses-empty", BusinessesPage([])), ("services", services(50)),
            ("services-empty", ServicesPage(.items([]))),
            ("services-none", ServicesPage(.items([]), query: "zz" + tail, businesses: ["yidian"])),
            ("services-error", ServicesPage(.failed(fault))), ("service", servicePage),
            (
                "service-new",
                ServicePage(
                    service, cloneAddress: "http://127.0.0.1:8080/git/yidian/article" + tail,
                    operate: .takes("developer"))
            ),
            ("workloads", workloads), ("workload", workload), ("instance", instance(.unready)),
            ("instance-ready", instance(.ready)), ("runs", runs), ("runs-service", runsOfService),
            ("run-waiting", waitingRun(.allowed)), ("run-waiting-viewer", waitingRun(.takes("approver"))),
            ("run-failed", failedRun), ("run-pending", pendingRun), ("releases", releases),
            ("releases-service", ReleasesPage(.items(releaseItems), service: service)),
            ("releases-empty", ReleasesPage(.items([]))), ("release", release), ("rollouts", rollouts),
            ("rollout-waiting", waitingRollout), ("rollout-failed", failedRollout), ("audit", audit),
            ("audit-none", AuditPage(.items([]), who: "x" + tail)), ("secrets", secrets(.allowed)),
            ("secrets-viewer", secrets(.takes("admin"))),
            ("secret-places", SecretPlacesPage(.items([service]), query: "art" + tail)), ("tokens", tokens),
        ]
    }

    func standing(
        _ service: ServiceName, _ environment: EnvironmentName, _ region: RegionName,
        _ condition: WorkloadStanding.Condition = .ready, release: Int = 24
    ) -> WorkloadStanding {
        let name = WorkloadName(service, environment, region)
        let ready = condition == .ready ? 3 : condition == .stopped ? 0 : 1
        let wanted = condition == .stopped ? 0 : 3
        var status = WorkloadStatus(
            instances: (0..<max(wanted, 1)).map { index in
                instance(name, index < ready ? .ready : phase(condition), release: release)
            },
            accepted: AcceptedTarget(
                release: ReleaseName(service, release), replicas: wanted, generation: "a"))
        if condition == .stopped { status.instances = [] }
        return WorkloadStanding(
            name, WorkloadSpec(cluster: "local", release: ReleaseName(service, release), replicas: wanted),
            status)
    }

    private func phase(_ condition: WorkloadStanding.Condition) -> InstanceStatus.Phase {
        switch condition {
        case .failed: .crashing
        case .unready: .unready
        case .lost: .lost
        case .progressing: .starting
        case .ready: .ready
        case .stopped: .stopped
        }
    }

    func instance(_ workload: WorkloadName, _ phase: InstanceStatus.Phase, release: Int) -> InstanceStatus {
        let reason: String? =
            switch phase {
            case .crashing: "exit status 1 after 2 s; the last lines: KeyError: 'DATABASE_URL'" + tail
            case .unready: "readiness: GET /readyz answered 503 Service Unavailable" + tail
            case .lost: "its agent is gone" + tail
            default: nil
            }
        return InstanceStatus(
            name: InstanceName(workload, "x7k2m9pq"), release: ReleaseName(workload.service, release),
            phase: phase, addresses: ["http": "127.0.0.1:41873"], restarts: phase == .crashing ? 7 : 0,
            reason: reason, startedAt: ago(7200), changedAt: ago(140), generation: "a1")
    }

    func services(_ count: Int) -> ServicesPage {
        let names = ["article", "author", "comment", "doctor", "drug-index", "feed", "gateway", "image"]
        let conditions: [WorkloadStanding.Condition] = [
            .ready, .ready, .failed, .ready, .progressing, .ready, .unready, .stopped, .ready, .lost,
        ]
        let items = (0..<count).map { index in
            let name = ServiceName(
                BusinessName("yidian" + tail), names[index % names.count] + (index < 8 ? "" : "-\(index / 8)")
            )
            let environment: EnvironmentName = "production"
            return ServiceSummary(
                name,
                regions.enumerated().map {
                    standing(
                        name, environment, $1, $0 == 0 ? conditions[index % 10] : .ready,
                        release: 20 + index % 7)
                }, pushedAt: ago(Int64(40 + index * index * 700)), pushedBy: UserName("chen.yu" + tail))
        }
        return ServicesPage(
            .items(items), place: ListPlace(total: 1048, nextAddress: "/services?after=yidian%2Fimage"),
            businesses: ["yidian", "yisheng"])
    }
}
