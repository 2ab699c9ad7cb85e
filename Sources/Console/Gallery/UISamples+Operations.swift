import GantryBase
import Model

extension UISamples {
    static func cell(_ environment: EnvironmentName, _ region: RegionName) -> Matrix.Cell? {
        let address = "/services/yidian/article/\(environment)/\(region)"
        switch (environment.text, region.text) {
        case ("development", "guangzhou"):
            return .init(
                NamedStatus(.stopped), ready: 0, wanted: 0, release: "1.25.0-dev.3", address: address,
                note: Phrase("asleep", "休眠"))
        case ("development", _), ("testing", "hongkong"), ("testing", "tianjin"): return nil
        case ("staging", "tianjin"):
            return .init(NamedStatus(.waiting), ready: 1, wanted: 2, release: "1.24.0", address: address)
        case ("staging", "hongkong"):
            return .init(NamedStatus(.unknown), ready: 0, wanted: 2, release: "1.23.4", address: address)
        case ("production", "nanjing"):
            return .init(
                NamedStatus(.progressing), ready: 4, wanted: 6, release: "1.24.0", address: address,
                note: Phrase("rollout", "上线中"))
        case ("production", "tianjin"):
            return .init(
                NamedStatus(.failed, .crashing), ready: 5, wanted: 6, release: "1.23.4", address: address,
                note: Phrase("1 restarting", "1 个重启中"))
        case ("production", _):
            return .init(NamedStatus(.ready), ready: 6, wanted: 6, release: "1.23.4", address: address)
        default: return .init(NamedStatus(.ready), ready: 2, wanted: 2, release: "1.24.0", address: address)
        }
    }

    static var run: PipelineProgress {
        PipelineProgress([
            .init(
                Phrase("Quality", "质量"), .succeeded, duration: .seconds(48),
                steps: [
                    .init(Phrase("Checkout", "检出"), .succeeded, duration: .milliseconds(820)),
                    .init(Phrase("Lint", "代码检查"), .succeeded, duration: .milliseconds(4300)),
                    .init(Phrase("Test", "测试"), .succeeded, duration: .seconds(41)),
                ], address: "#pipeline"),
            .init(
                Phrase("Build", "构建"), .succeeded, duration: .seconds(74),
                steps: [.init(Phrase("Build", "构建"), .succeeded, duration: .seconds(74))],
                address: "#pipeline"),
            .init(Phrase("Staging", "预发布"), .running, duration: .seconds(21), address: "#pipeline"),
            .init(
                Phrase("Approval", "审批"), .waiting, note: Phrase("chen.yu or lin.wei", "chen.yu 或 lin.wei")),
            .init(Phrase("Production", "生产"), .pending),
        ])
    }

    static var failedRun: PipelineProgress {
        PipelineProgress([
            .init(
                Phrase("Quality", "质量"), .failed, duration: .seconds(12),
                steps: [
                    .init(Phrase("Checkout", "检出"), .succeeded, duration: .milliseconds(790)),
                    .init(Phrase("Lint", "代码检查"), .failed, duration: .milliseconds(3900)),
                    .init(Phrase("Test", "测试"), .cancelled),
                ], address: "#pipeline", note: Phrase("2 mistakes in main.py", "main.py 有 2 处错误")),
            .init(Phrase("Build", "构建"), .cancelled), .init(Phrase("Staging", "预发布"), .cancelled),
        ])
    }

    static func details(_ now: Timestamp) -> KeyValues {
        KeyValues([
            (
                Phrase("Instance", "实例"),
                { $0.add(CopyText("yidian-article-production-guangzhou-7fk2m", short: "7fk2m")) }
            ),
            (Phrase("State", "状态"), { $0.add(StatusPill(NamedStatus(instance: .ready))) }),
            (Phrase("Release", "发布版本"), { $0.element("a", .href("#timeline"), text: "1.23.4") }),
            (Phrase("Address", "地址"), { $0.element("code", text: "10.4.18.22:8080") }),
            (Phrase("Started", "启动时间"), { $0.add(TimeText(now - .seconds(7_300))) }),
            (Phrase("Restarts", "重启次数"), { $0.text("0") }),
            (Phrase("Memory", "内存"), { $0.text($0.context.formats.bytes(187_904_819) + " / 256 MiB") }),
            (Phrase("Owner", "负责人"), { $0.add(Person("yidian-backend")) }),
        ])
    }

    static func events(_ now: Timestamp) -> Timeline {
        Timeline([
            .init(now - .seconds(35), NamedStatus(.progressing), text: "nanjing: 4 / 6") { html in
                html.text(Phrase("Rollout to 1.24.0 goes on", "正在上线 1.24.0"))
            },
            .init(now - .seconds(400), NamedStatus(.ready, .healthy)) { html in
                html.text(Phrase("guangzhou is healthy", "guangzhou 已健康"))
            },
            .init(
                now - .seconds(900), NamedStatus(.failed),
                text: "readiness: GET /readyz answered 503 (3 times): database pool is empty"
            ) { html in html.text(Phrase("An instance stopped being ready", "一个实例变为未就绪")) },
            .init(now - .seconds(4000), NamedStatus(.waiting)) { html in
                html.add(Person("chen.yu"))
                html.text(Phrase(" approved the run", " 批准了流水线"))
            },
        ])
    }

    static var trace: Waterfall {
        Waterfall(
            totalMilliseconds: 284,
            [
                .init(
                    depth: 0, service: "gateway", name: "GET /articles/{id}", start: 0, duration: 284,
                    isCritical: true, address: "#trace"),
                .init(
                    depth: 1, service: "yidian/article", name: "GET /articles/{id}", start: 6, duration: 271,
                    isCritical: true, address: "#trace"),
                .init(
                    depth: 2, service: "yidian/article", name: "SELECT articles", start: 9, duration: 31,
                    address: "#trace"),
                .init(
                    depth: 2, service: "yidian/author", name: "GET /authors/{id}", start: 42, duration: 18,
                    address: "#trace"),
                .init(depth: 2, service: "yidian/comment", name: "GET /comments", isMissing: true),
                .init(
                    depth: 3, service: "yidian/comment", name: "SELECT comments", start: 66, duration: 44,
                    address: "#trace"),
                .init(
                    depth: 2, service: "yisheng/doctor", name: "GET /doctors:batch", start: 62, duration: 203,
                    isFailed: true, isCritical: true, address: "#trace"),
                .init(
                    depth: 3, service: "yisheng/doctor", name: "redis MGET", start: 64, duration: 0.3,
                    address: "#trace"),
            ])
    }
}
