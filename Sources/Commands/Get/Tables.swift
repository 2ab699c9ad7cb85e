import GantryBase
import Model

// One table a kind: what a person looks for first, in the order of its importance.

enum ServiceTable {
    static func table(_ items: [ObjectView<StoredRepository>]) -> Table {
        var table = Table("SERVICE", "BRANCH", "COMMIT", "RUNS", "RELEASES", "LAST PUSH")
        for item in items {
            let ref = "refs/heads/" + item.spec.defaultBranch
            let head = item.status.heads[ref]
            table.rows.append([
                item.name, item.spec.defaultBranch, head.map { String($0.commit.prefix(10)) } ?? "-",
                "\(item.status.numbers["run"] ?? 0)", "\(item.status.numbers["release"] ?? 0)",
                head.map { Age.text(since: $0.at) } ?? "-",
            ])
        }
        return table
    }
}

enum WorkloadTable {
    static func table(_ items: [ObjectView<StoredWorkload>]) -> Table {
        var table = Table("WORKLOAD", "CLUSTER", "RELEASE", "READY", "STATE", "WHY")
        for item in items {
            let ready = item.status.ready(of: item.spec.release)
            let others = item.status.instances.count {
                $0.release != item.spec.release && ![.stopping, .stopped].contains($0.phase)
            }
            let state =
                item.status.problem != nil
                ? "problem" : ready >= item.spec.replicas && others == 0 ? "healthy" : "progressing"
            let why =
                item.status.problem ?? item.status.instances.first { $0.phase == .crashing }?.reason ?? ""
            table.rows.append([
                item.name, item.spec.cluster.text, "\(item.spec.release.number)",
                "\(ready)/\(item.spec.replicas)",
                state, why,
            ])
        }
        return table
    }
}

enum InstanceTable {
    static func table(_ items: [InstanceView]) -> Table {
        var table = Table("INSTANCE", "RELEASE", "PHASE", "ADDRESS", "RESTARTS", "AGE", "WHY")
        for item in items {
            let addresses = item.status.addresses.sorted { $0.key < $1.key }.map(\.value).joined(
                separator: " ")
            table.rows.append([
                item.name, "\(item.status.release.number)", item.status.phase.rawValue, addresses,
                "\(item.status.restarts)", Age.text(since: item.status.startedAt), item.status.reason ?? "",
            ])
        }
        return table
    }
}

enum ReleaseTable {
    static func table(_ items: [ObjectView<StoredRelease>]) -> Table {
        var table = Table("RELEASE", "COMMIT", "ARTIFACT", "RUN", "AGE")
        for item in items {
            table.rows.append([
                item.name, String(item.spec.commit.prefix(10)), String(item.spec.artifact.prefix(19)),
                "\(item.spec.run.number)", Age.text(since: item.createdAt),
            ])
        }
        return table
    }
}

enum RunTable {
    static func table(_ items: [ObjectView<StoredRun>]) -> Table {
        var table = Table("RUN", "STATE", "STAGE", "TOOK", "BRANCH", "COMMIT", "AUTHOR", "SUBJECT", "AGE")
        for item in items {
            let stage = item.status.stages.first { !$0.progress.isFinal || $0.progress == .failed }
            let took = item.status.startedAt.map { start in
                Age.text((item.status.finishedAt ?? TimeSource.wall.now()) - start)
            }
            table.rows.append([
                item.name, item.status.progress.rawValue, stage?.name ?? "", took ?? "-", item.spec.branch,
                String(item.spec.commit.prefix(10)), item.spec.author.text, item.spec.subject,
                Age.text(since: item.createdAt),
            ])
        }
        return table
    }
}

enum RolloutTable {
    static func table(_ items: [ObjectView<StoredRollout>]) -> Table {
        var table = Table("ROLLOUT", "ENVIRONMENT", "RELEASE", "STATE", "REGIONS", "AGE", "WHY")
        for item in items {
            let regions = item.status.regions.map { "\($0.region):\($0.phase.rawValue)" }.joined(
                separator: " ")
            table.rows.append([
                item.name, item.spec.environment.text, "\(item.spec.release.number)",
                item.status.phase.rawValue,
                regions, Age.text(since: item.createdAt), item.status.reason ?? "",
            ])
        }
        return table
    }
}

enum OverrideTable {
    static func table(_ items: [ObjectView<StoredOverride>]) -> Table {
        var table = Table("WORKLOAD", "INSTANCES", "BY", "AGE", "UNTIL")
        for item in items {
            table.rows.append([
                item.name, "\(item.spec.replicas)", item.spec.author.text,
                Age.text(since: item.spec.createdAt),
                item.spec.until.map { Age.until($0) } ?? "cleared by hand",
            ])
        }
        return table
    }
}

enum RegionTable {
    static func table(_ items: [RegionView]) -> Table {
        var table = Table("ENVIRONMENT", "REGION", "CLUSTER", "FRONT DOOR")
        for item in items {
            table.rows.append([
                item.environment.text, item.region.text, item.cluster.text,
                item.frontDoor.map { "http://\($0)" } ?? "-",
            ])
        }
        return table
    }
}
