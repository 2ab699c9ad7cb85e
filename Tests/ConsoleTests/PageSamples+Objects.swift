import Console
import GantryBase
import Model

// The overview, one service and what it runs as, and what is governed.
extension PageSamples {
    var overview: OverviewPage {
        let workload = WorkloadName(service, "production", "tianjin")
        let attention: [OverviewPage.Attention] = [
            .init(
                .run, .failed, "\(service)/126", address: "/runs/yidian/article/126",
                reason: "stage quality: step test ended with exit status 1" + tail, since: ago(300)),
            .init(
                .rollout, .failed, "\(service)/40", address: "/rollouts/yidian/article/40",
                reason: "nanjing: 1 of 3 instances ready after 2 min" + tail, since: ago(640)),
            .init(
                .workload, .failed, workload.path, address: "/workloads/x",
                reason: "exit status 1 after 2 s" + tail,
                since: ago(140)),
            .init(
                .approval, .progressing, "\(service)/127", address: "/runs/yidian/article/127",
                reason: "sign-off waits for an approver" + tail, since: ago(1900)),
            .init(
                .workload, .unready, workload.path, address: "/workloads/x",
                reason: "readiness: GET /readyz answered 503" + tail, since: ago(90)),
            .init(
                .warning, .unready, "DB_PASSWORD" + tail, address: "/secrets/x", reason: "is not set" + tail),
        ]
        var page = quiet
        (page.attention, page.attentionTotal) = (attention, 42)
        page.numbers.readyWorkloads = 15_958
        page.numbers.approvals = 1
        page.runs = .items(runItems)
        if case .items(let items) = rollouts.rollouts { page.rollouts = .items(items) }
        page.places["production"]?["tianjin"]?.count(standing(service, "production", "tianjin", .failed))
        page.places["staging"]?["nanjing"]?.count(standing(service, "staging", "nanjing", .progressing))
        return page
    }

    var quiet: OverviewPage {
        var numbers = OverviewPage.Numbers()
        (numbers.businesses, numbers.services, numbers.workloads, numbers.readyWorkloads) = (
            20, 1048, 16_000, 16_000
        )
        (numbers.instances, numbers.activeRuns, numbers.activeRollouts) = (41_204, 3, 2)
        var places: [EnvironmentName: [RegionName: OverviewPage.Place]] = [:]
        for environment in environments {
            for region in regions where environment != "development" || region == "guangzhou" {
                var place = OverviewPage.Place()
                for _ in 0..<100 { place.count(standing(service, environment, region)) }
                places[environment, default: [:]][region] = place
            }
        }
        return OverviewPage(
            platform: "clinic" + tail, numbers: numbers, environments: environments, regions: regions,
            places: places, rollouts: .failed(fault))
    }

    var businesses: BusinessesPage {
        BusinessesPage([
            .init(
                BusinessName("yidian" + tail), label: "医典" + tail, services: 312, workloads: 4992,
                readyWorkloads: 4987, role: .admin, members: 14, pipeline: "default"),
            .init(
                "yisheng", services: 87, workloads: 1392, readyWorkloads: 1392, role: .viewer, members: 6,
                pipeline: "guarded"),
            .init(
                "guahao", services: 0, workloads: 0, readyWorkloads: 0, role: nil, members: 0,
                pipeline: "default"),
        ])
    }

    var serviceWorkloads: [WorkloadStanding] {
        environments.flatMap { environment in
            regions.compactMap { region in
                if environment == "development" {
                    return region == "guangzhou" ? standing(service, environment, region, .stopped) : nil
                }
                if environment == "production" {
                    let condition: WorkloadStanding.Condition = region == "tianjin" ? .failed : .ready
                    return standing(
                        service, environment, region, condition, release: region == "hongkong" ? 23 : 24)
                }
                return standing(
                    service, environment, region,
                    region == "nanjing" && environment == "staging" ? .progressing : .ready)
            }
        }
    }

    var servicePage: ServicePage {
        ServicePage(
            service, owner: ["yidian-backend" + tail], language: "python@3.11",
            callees: [ServiceName("yidian", "author"), ServiceName("yisheng", "doctor" + tail)],
            cloneAddress: "http://127.0.0.1:8080/git/yidian/article",
            head: .init(
                commit: "9f2c1d7be1480aa6b2cc014d8b7a4a33c19d1e02", author: UserName("chen.yu" + tail),
                at: ago(900)),
            workloads: serviceWorkloads, environments: environments, regions: regions, runs: .items(runItems),
            releases: .items(releaseItems), rollouts: rollouts.rollouts, operate: .allowed)
    }

    var workloads: WorkloadsPage {
        WorkloadsPage(
            .items(serviceWorkloads),
            place: ListPlace(total: 16_000, firstAddress: "/workloads", nextAddress: "/workloads?after=x"),
            show: .attention, environment: "production", environments: environments, regions: regions)
    }

    var workload: WorkloadPage {
        let name = WorkloadName(service, "production", "tianjin")
        let release = ReleaseName(service, 24)
        let phases: [InstanceStatus.Phase] = [.ready, .crashing, .unready, .starting, .stopping]
        let status = WorkloadStatus(
            instances: phases.map { instance(name, $0, release: 24) },
            problem: "the cluster local has no room for 3 instances" + tail)
        return WorkloadPage(
            name,
            WorkloadSpec(cluster: "local", release: release, replicas: 6, rollout: RolloutName(service, 40)),
            status,
            override: WorkloadOverride(
                replicas: 6, author: UserName("li.na" + tail), createdAt: ago(60), until: now + .minutes(90)),
            frontDoor: "127.0.0.1:8081", operate: .allowed)
    }

    func instance(_ phase: InstanceStatus.Phase) -> InstancePage {
        let workload = WorkloadName(service, "production", "tianjin")
        var status = instance(workload, phase, release: 24)
        status.restarts = 2
        return InstancePage(
            status,
            health: HealthSpec(
                startup: Probe(.http(path: "/healthz", port: "http"), period: .seconds(1), failures: 60),
                readiness: Probe(.http(path: "/readyz" + tail, port: "http"), period: .seconds(5)),
                liveness: Probe(.exec(command: ["bin/alive", "--quick"]), failures: 6)),
            output: .items(logLines))
    }

    var audit: AuditPage {
        let actions = [
            ("chen.yu", "run.approve", "yidian/article/127", true, "looks good" + tail),
            (
                "zhang.san", "secret.set", "yidian/article/DB_PASSWORD", false,
                "zhang.san lacks the right manageSecrets in yidian"
            ),
            ("gantry/run", "rollout.create", "yidian/article/41", true, nil),
            ("unknown", "token.use", "address/10.0.0.9", false, "the token is not known"),
        ]
        return AuditPage(
            .items(
                (0..<24).map { index in
                    let item = actions[index % actions.count]
                    return .init(
                        at: ago(Int64(index * 400)), who: item.0 + tail, action: item.1,
                        object: item.2 + tail,
                        isAllowed: item.3, detail: item.4)
                }), place: ListPlace(nextAddress: "/audit?before=12"), object: "yidian/" + tail)
    }

    func secrets(_ permission: Permission) -> SecretsPage {
        SecretsPage(
            service,
            .items([
                .init(
                    "DB_PASSWORD", in: nil, setBy: UserName("chen.yu" + tail), setAt: ago(90_000),
                    isDeclared: true),
                .init("DB_PASSWORD", in: "production", setBy: "li.na", setAt: ago(400_000), isDeclared: true),
                .init("OLD_TOKEN", in: nil, setBy: "li.na", setAt: ago(9_000_000), isDeclared: false),
            ]), missing: [.init("SMS_KEY", in: ["staging", "production"])], environments: environments,
            manage: permission)
    }

    var tokens: TokensPage {
        TokensPage(
            .items([
                .init(
                    id: "k3j9x2mq", user: "chen.yu", scopes: ["read", "write", "push"],
                    about: "laptop" + tail,
                    createdAt: ago(90_000), expiresAt: now + .minutes(60 * 24 * 20), isCurrent: true),
                .init(
                    id: "p0w8s7aa", user: UserName("ci" + tail), scopes: ["read"], about: nil,
                    createdAt: ago(900_000),
                    expiresAt: ago(20)),
                .init(
                    id: "z1z1z1z1", user: "admin", scopes: ["admin"], about: "first start",
                    createdAt: ago(9_000_000),
                    expiresAt: nil),
            ]), made: "gantry_k3j9x2mq_5qk1m2n3b4v5c6x7z8", scopes: ["read", "write", "push", "admin"],
            showsUsers: true)
    }
}
