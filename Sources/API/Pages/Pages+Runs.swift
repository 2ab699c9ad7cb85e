import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import NIOCore
import Planning
import State

extension Routes {
    var runPages: [Route] {
        [
            .page("/runs", listRuns),
            .page("/runs/{name:3}") { call in .page(try await runPage(call), call) },
            .page("/runs/{name:3}/part") { call in .part(try await runPage(call, withLog: false), call) },
            .page("/runs/{name:3}/log", followLog), .form("/runs/{name:3}/decide", decide),
            .form("/runs/{name:3}/cancel") { call, _ in
                try await changed(call, Phrase("The run is being cancelled", "正在取消流水线")) { name in
                    _ = try await operations.cancelRun(name, by: call.identity)
                }
            },
            .form("/runs/{name:3}/retry") { call, fields in
                try await changed(call, Phrase("The run goes on", "流水线已重新运行")) { name in
                    _ = try await operations.retryRun(
                        name, isForced: fields["force"] != nil, by: call.identity)
                }
            },
        ]
    }

    private func listRuns(_ call: PageCall) async throws -> Answer {
        let show = call.request.query("state").flatMap(RunsPage.Show.init) ?? .all
        let service = try service(in: call)
        let labels: [String: String] =
            switch show {
            case .all: [:]
            case .active: [Label.active: "true"]
            case .waiting: [Label.progress: Progress.waiting.rawValue]
            case .failed: [Label.progress: Progress.failed.rawValue]
            }
        let (objects, next) = try await recent(
            StoredRun.self, prefix: service.map { $0.path + "/" } ?? "", labels: labels,
            after: call.request.query("after"), call)
        var page = RunsPage(
            .items(objects.map { RunSummary($0.spec, $0.status) }), service: service, show: show)
        page.listPlace = ListPlace(
            firstAddress: call.request.query("after") == nil ? nil : page.address(),
            nextAddress: next.map { page.address(after: $0) })
        return .page(page, call)
    }

    private func runPage(_ call: PageCall, withLog: Bool = true) async throws -> RunPage {
        let name = try name(RunName.self, call.parameter("name"))
        try await requireView(name.service, call, "run.get", name.path)
        let stored = try await store.require(StoredRun.self, name.path)
        var page = RunPage(
            stored.spec, stored.status,
            operate: try await permission(.operate, on: name.service.business, call))
        page.approval = try await approval(of: stored, call)
        if withLog, stored.status.progress.isFinal { (page.output, page.omitted) = await endedLog(of: name) }
        return page
    }

    /// The gate that the run stands at, and whether the asker may decide it.
    private func approval(of run: Stored<StoredRun>, _ call: PageCall) async throws -> RunPage.Approval? {
        guard
            let index = run.status.stages.firstIndex(where: { $0.progress == .waiting && $0.decision == nil }
            ),
            run.spec.stages.indices.contains(index), case .approval(let role) = run.spec.stages[index].work
        else { return nil }
        let business = run.spec.name.service.business
        var permission = Permission.allowed
        do {
            try Rights.require(
                role: role, for: .approve, on: business, identity: call.identity,
                platform: try await platform())
        } catch let error as GantryError where error.code == .forbidden {
            permission = .takes(call.identity.has(.write) ? role.rawValue : "write (token)")
        }
        return RunPage.Approval(
            stage: run.spec.stages[index].name, role: role, permission: permission,
            environments: Supersession.environments(from: index + 1, in: run.spec),
            overtakenBy: try await operations.overtaker(of: run, from: index + 1))
    }

    private func decide(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let isApproval = fields["decision"] == "approve"
        guard isApproval || fields["decision"] == "reject" else {
            throw GantryError(
                .invalid, "the form says neither approve nor reject", hint: "press one of its buttons")
        }
        let notice = isApproval ? Phrase("Approved", "已批准") : Phrase("Rejected", "已拒绝")
        return try await changed(call, notice) { name in
            _ = try await operations.decideRun(
                name, approved: isApproval, comment: fields["comment"], isForced: fields["force"] != nil,
                by: call.identity)
        }
    }

    private func changed(
        _ call: PageCall, _ notice: Phrase, _ verb: (RunName) async throws -> Void
    ) async throws -> Answer {
        let name = try name(RunName.self, call.parameter("name"))
        return try await sent(call, to: Address.run(name), notice: notice) {
            try await verb(name)
        } again: {
            try await runPage(call)
        }
    }
}
