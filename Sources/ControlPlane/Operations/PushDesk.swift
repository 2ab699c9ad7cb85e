package import GantryBase
package import GitHosting
package import Model
import Specification
package import State

/// Answers git's hooks: refuses a push that may not land, records one that has, and tells the pusher.
package struct PushDesk: Sendable {
    let store: any StateStore
    let repositories: GitRepositories
    let recorder: PushRecorder
    let landings = Landings()
    /// Where a person finds a run, told once the server listens.
    let address: @Sendable (RunName) -> String

    package init(
        store: any StateStore, repositories: GitRepositories, time: TimeSource,
        address: @escaping @Sendable (RunName) -> String
    ) {
        (self.store, self.repositories, self.address) = (store, repositories, address)
        recorder = PushRecorder(store: store, time: time)
    }

    package func answer(_ call: HookCall) async -> HookReply {
        do {
            switch call.kind {
            case .preReceive: return try await judge(call)
            case .postReceive: return HookReply(accepted: true, messages: try await record(call))
            }
        } catch let error as GantryError {
            return HookReply(
                accepted: false, messages: [error.message] + (error.hint.map { ["hint: \($0)"] } ?? []))
        } catch {
            return HookReply(accepted: false, messages: ["the server cannot judge this push now; try again"])
        }
    }

    /// Every mistake of every protected branch in the push, at once.
    private func judge(_ call: HookCall) async throws -> HookReply {
        let platform = try await store.platform()
        try NamingNorm.require(call.service, in: platform)
        let updates = call.updates.filter {
            PushRecorder.isProtected(ref: $0.ref, by: platform.protectedBranches)
        }
        var messages: [String] = []
        var accepted = true
        for update in updates {
            let (words, isGood) = try await judge(update, of: call.service, on: platform)
            messages += words
            if !isGood { accepted = false }
        }
        if accepted, let taken = landings.begin(updates, of: call.service) {
            accepted = false
            messages += Self.words(ofMoved: taken, "somebody else is pushing to it at this moment")
        }
        if !accepted { messages.append("the push was refused; nothing has changed") }
        return HookReply(accepted: accepted, messages: messages)
    }

    private func judge(
        _ update: RefUpdate, of service: ServiceName, on platform: PlatformSpec
    ) async throws -> (messages: [String], isGood: Bool) {
        let branch = update.branch ?? update.ref
        if update.isDeletion { return (["branch \(branch) is protected and cannot be deleted"], false) }
        if !update.isFastForward {
            let words = "its history cannot be rewritten; merge or rebase onto it first"
            return (["branch \(branch) is protected: \(words)"], false)
        }
        // git would find this out by itself, after our answer, and in words about a lock.
        if let heads = try? await repositories.heads(of: service), let head = heads[update.ref],
            head != update.old, head != update.new
        {
            return (Self.words(ofMoved: update, "it has moved on to \(head.prefix(10)) meanwhile"), false)
        }
        guard let text = update.specification else {
            return (
                [
                    "service.yaml: error: missing at the root of the repository",
                    "    hint: gantry service new \(service) --language python shows one",
                ], false
            )
        }
        let neighbours = try await Neighbours.of(service, on: platform, in: store)
        let reading = ServiceFile.read(
            text, service: service, platform: platform, knownServices: neighbours.services,
            exposed: neighbours.exposed)
        let messages = reading.diagnostics.map(\.description)
        guard let definition = reading.value else { return (messages, false) }
        return (messages + (try await warnings(of: definition, on: platform)), true)
    }

    private static func words(ofMoved update: RefUpdate, _ why: String) -> [String] {
        let branch = update.branch ?? update.ref
        return [
            "branch \(branch): \(why)", "    hint: git pull --rebase origin \(branch), then push again",
        ]
    }

    private func record(_ call: HookCall) async throws -> [String] {
        defer { landings.end(call.updates, of: call.service) }
        var messages: [String] = []
        let patterns = try await store.platform().protectedBranches
        for update in call.updates where !update.isDeletion {
            let push = PushRecorder.Push(
                service: call.service, ref: update.ref, commit: update.new, subject: update.subject ?? "",
                author: call.user)
            guard let branch = update.branch, PushRecorder.isProtected(branch, by: patterns) else {
                messages.append(
                    "\(update.ref) is kept; pushes to \(patterns.joined(separator: ", ")) start runs")
                continue
            }
            guard let run = try await record(push) else { continue }
            messages.append("run \(run) started: \(address(run))")
            messages.append("follow it with: gantry run logs -f \(run)")
        }
        return messages
    }

    func record(_ push: PushRecorder.Push) async throws -> RunName? {
        var push = push
        push.exposed = try await exposed(by: push)
        return try await recorder.record(push) { [repositories, service = push.service, ref = push.ref] in
            try await repositories.heads(of: service)[ref]
        }
    }
}
