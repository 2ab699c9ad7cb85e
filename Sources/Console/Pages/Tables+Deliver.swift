import GantryBase
import Model

/// Lists of what is being delivered, the same on every page that has one.
enum DeliverTables {
    /// - Parameter showsService: false on the page of one service.
    static func runs(
        _ runs: Listed<RunSummary>, showsService: Bool = true, empty: @autoclosure () -> EmptyState,
        retryAddress: String, place: ListPlace = ListPlace()
    ) -> Table {
        Table(
            Phrase("Runs", "流水线"),
            columns: [
                .init(Phrase("Run", "流水线"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Stage", "阶段"), .text, isExtra: true),
                .init(Phrase("Author", "提交者"), .text, isExtra: true),
                .init(Phrase("Branch", "分支"), .code, isExtra: true),
                .init(Phrase("Took", "耗时"), .number, isExtra: true), .init(Phrase("Started", "开始"), .time),
            ],
            content: runs.content(empty: empty(), retryAddress: retryAddress) { run in
                Table.Row(
                    [
                        NamedCell.cell(
                            showsService ? run.name.path : "#\(run.name.number)",
                            address: Address.run(run.name),
                            note: run.subject),
                        .status(NamedStatus(progress: run.progress)), run.stage.map { .text($0) } ?? .nothing,
                        .slot { $0.add(Person(run.author)) }, .text(run.branch), duration(run),
                        .time(run.startedAt ?? run.createdAt),
                    ], address: Address.run(run.name), tone: run.progress == .failed ? .failed : nil)
            }, pagination: place.pagination(showing: runs.count))
    }

    private static func duration(_ run: RunSummary) -> Table.Cell {
        guard let startedAt = run.startedAt else { return .nothing }
        return .slot { html in
            html.text(html.context.formats.duration((run.finishedAt ?? html.context.now) - startedAt))
        }
    }

    static func rollouts(
        _ rollouts: Listed<RolloutSummary>, showsService: Bool = true, empty: @autoclosure () -> EmptyState,
        retryAddress: String, place: ListPlace = ListPlace()
    ) -> Table {
        Table(
            Phrase("Rollouts", "上线"),
            columns: [
                .init(Phrase("Rollout", "上线"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Environment", "环境"), .text),
                .init(Phrase("Release", "发布版本"), .code, isExtra: true),
                .init(Phrase("Regions", "地域"), .number, isExtra: true),
                .init(Phrase("Cause", "起因"), .text, isExtra: true), .init(Phrase("Began", "开始"), .time),
            ],
            content: rollouts.content(empty: empty(), retryAddress: retryAddress) { rollout in
                Table.Row(
                    [
                        NamedCell.cell(
                            showsService ? rollout.name.path : "#\(rollout.name.number)",
                            address: Address.rollout(rollout.name), note: rollout.reason),
                        .status(NamedStatus(rollout: rollout.phase)), .text(rollout.environment.text),
                        .link("#\(rollout.release.number)", address: Address.release(rollout.release)),
                        .text("\(rollout.regionsDone)/\(rollout.regionsAll)"), cause(rollout.cause),
                        .time(rollout.createdAt),
                    ], address: Address.rollout(rollout.name), tone: rollout.phase == .failed ? .failed : nil)
            }, pagination: place.pagination(showing: rollouts.count))
    }

    static func cause(_ cause: RolloutTarget.Cause) -> Table.Cell {
        switch cause {
        case .run(let run): .link(Phrase.runNumber, run.number, address: Address.run(run))
        case .rollback(let user):
            .slot { html in
                html.text(Phrase("Rollback by ", "回滚，操作者："))
                html.add(Person(user))
            }
        }
    }

    static func releases(
        _ releases: Listed<ReleaseSummary>, showsService: Bool = true, empty: @autoclosure () -> EmptyState,
        retryAddress: String, place: ListPlace = ListPlace()
    ) -> Table {
        Table(
            Phrase("Releases", "发布版本"),
            columns: [
                .init(Phrase("Release", "发布版本"), .name), .init(Phrase("Runs in", "运行于"), .text),
                .init(Phrase("Commit", "提交"), .code, isExtra: true),
                .init(Phrase("Made by", "来源"), .text, isExtra: true), .init(Phrase("Made", "创建"), .time),
            ],
            content: releases.content(empty: empty(), retryAddress: retryAddress) { release in
                Table.Row(
                    [
                        .link(
                            showsService ? release.name.path : "#\(release.name.number)",
                            address: Address.release(release.name)),
                        NamedCell.badges(release.environments.map(\.text)),
                        .text(String(release.commit.prefix(10))),
                        .link(Phrase.runNumber, release.run.number, address: Address.run(release.run)),
                        .time(release.createdAt),
                    ], address: Address.release(release.name))
            }, pagination: place.pagination(showing: releases.count))
    }
}

extension Table.Cell {
    /// A link with a word and a number, such as `Run 12`.
    static func link(_ word: Phrase, _ number: Int, address: String) -> Table.Cell {
        .slot { html in
            html.element("a", .href(address)) { html in
                html.text(word)
                html.raw(" ")
                html.text("#\(number)")
            }
        }
    }
}

extension Phrase {
    static let runNumber = Phrase("Run", "流水线")
    static let releaseNumber = Phrase("Release", "发布版本")
    static let rolloutNumber = Phrase("Rollout", "上线")
}
