import GantryBase
import GitHosting
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct PushMessageTests {
    private static let refused = "the push was refused; nothing has changed"
    private static let zeros = String(repeating: "0", count: 40)

    private func judge(_ world: World, _ edit: (inout RefUpdate) -> Void) async -> HookReply {
        var update = RefUpdate(
            ref: "refs/heads/main", old: Self.zeros, new: String(repeating: "1", count: 40),
            specification: World.specification(), isFastForward: true)
        edit(&update)
        return await world.desk.answer(
            HookCall(kind: .preReceive, service: World.service, user: "lin", updates: [update]))
    }

    private func judge(_ world: World, from old: String, to new: String) async -> HookReply {
        await judge(world) { ($0.old, $0.new) = (old, new) }
    }

    @Test func aProtectedBranchIsNeitherDeletedNorRewritten() async throws {
        try await World.with { world in
            try await world.makeService()
            let deletion = await judge(world) { ($0.isDeletion, $0.isFastForward) = (true, false) }
            #expect(!deletion.accepted)
            #expect(
                deletion.messages == ["branch main is protected and cannot be deleted", Self.refused])
            let rewriting = await judge(world) { $0.isFastForward = false }
            #expect(!rewriting.accepted)
            #expect(rewriting.messages.first?.contains("its history cannot be rewritten") == true)
        }
    }

    @Test func aFileThatIsMissingOrWrongIsRefusedWithItsPlaceAndAHint() async throws {
        try await World.with { world in
            try await world.makeService()
            let missing = await world.judge(nil)
            #expect(!missing.accepted)
            #expect(
                missing.messages == [
                    "service.yaml: error: missing at the root of the repository",
                    "    hint: gantry service new yidian/article --language python shows one",
                    Self.refused,
                ])
            let wrong = await world.judge(World.specification(more: "replicas: 3\ncalls: [yidian/nobody]"))
            #expect(!wrong.accepted)
            let text = wrong.messages.joined(separator: "\n")
            #expect(text.contains("service.yaml:9:1: error: "))
            #expect(text.contains("there is no service yidian/nobody yet"))
            #expect(wrong.messages.last == Self.refused)
        }
    }

    @Test func theMistakesOfAllBranchesOfAPushAreToldAtOnce() async throws {
        try await World.with(platform: World.platform(more: "protectedBranches: [main, hotfix]")) { world in
            try await world.makeService()
            let updates = ["main", "hotfix", "topic"].map {
                RefUpdate(
                    ref: "refs/heads/\($0)", old: Self.zeros, new: String(repeating: "1", count: 40),
                    isFastForward: true)
            }
            let reply = await world.desk.answer(
                HookCall(kind: .preReceive, service: World.service, user: "lin", updates: updates))
            #expect(!reply.accepted)
            #expect(reply.messages.count { $0.contains("missing at the root") } == 2)
        }
    }

    @Test func anUnprotectedBranchTakesAnythingAndSaysThatItStartsNoRun() async throws {
        try await World.with { world in
            try await world.makeService()
            let anything = await judge(world) {
                ($0.ref, $0.specification, $0.isFastForward) = ("refs/heads/topic", nil, false)
            }
            #expect(anything == HookReply(accepted: true))
            let tag = await judge(world) { $0.ref = "refs/tags/v1" }
            #expect(tag == HookReply(accepted: true))
            let commit = try await world.commit()
            try await world.pushUnheard(commit, to: "topic")
            let kept = await world.hook(commit, "topic")
            #expect(
                kept.messages == ["refs/heads/topic is kept; pushes to main, master start runs"])
            #expect(try await world.store.names(of: StoredRun.self) == [])
            #expect(try await !world.actions().contains("repository.push"))
        }
    }

    @Test func aPushThatStartsARunNamesItAndHowToFollowIt() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            try await world.pushUnheard(commit)
            #expect(
                await world.hook(commit).messages == [
                    "run yidian/article/1 started: http://here/yidian/article/1",
                    "follow it with: gantry run logs -f yidian/article/1",
                ])
            #expect(await world.hook(commit).messages == [])
        }
    }

    @Test func aPushBeforeThereIsAPlatformIsRefusedWithWhatToDo() async throws {
        try await World.with { world in
            let platform = try await world.store.require(StoredPlatform.self, StoredPlatform.name)
            try await world.store.remove(platform)
            let reply = await world.judge(World.specification())
            #expect(!reply.accepted)
            #expect(
                reply.messages == [
                    "no platform has been applied yet", "hint: gantry apply platform.yaml",
                ])
        }
    }

    @Test func aPushFromACommitThatTheBranchHasLeftIsToldToRebase() async throws {
        try await World.with { world in
            try await world.makeService()
            let old = try await world.commit(World.specification(), "old")
            let new = try await world.commit(World.specification(), "new")
            try await world.pushUnheard(new)
            let target = String(repeating: "1", count: 40)
            let stale = await judge(world, from: old, to: target)
            #expect(!stale.accepted)
            #expect(
                stale.messages.prefix(2) == [
                    "branch main: it has moved on to \(new.prefix(10)) meanwhile",
                    "    hint: git pull --rebase origin main, then push again",
                ])
            let fresh = await judge(world, from: new, to: target)
            #expect(fresh.accepted)
        }
    }

    @Test func ofTwoPushesFromOneCommitTheSecondIsToldBeforeGitFails() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            let first = await judge(world, from: Self.zeros, to: commit)
            #expect(first.accepted)
            let second = await judge(world, from: Self.zeros, to: String(repeating: "2", count: 40))
            #expect(!second.accepted)
            #expect(
                second.messages.first == "branch main: somebody else is pushing to it at this moment")
            #expect(second.messages.contains { $0.contains("git pull --rebase origin main") })
            // The first one again, as after a broken connection.
            let again = await judge(world, from: Self.zeros, to: commit)
            #expect(again.accepted)
            try await world.pushUnheard(commit)
            _ = await world.hook(commit)
            let next = await judge(world, from: commit, to: String(repeating: "2", count: 40))
            #expect(next.accepted)
        }
    }

    @Test func aPushThatIsLandingIsLeftToItsHook() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            let first = await judge(world, from: Self.zeros, to: commit)
            #expect(first.accepted)
            try await world.pushUnheard(commit)
            #expect(try await world.desk.catchUp().isEmpty)
            #expect(try await world.store.names(of: StoredRun.self) == [])
            let told = await world.hook(commit)
            #expect(told.messages.first?.hasPrefix("run yidian/article/1 started") == true)
            #expect(try await world.store.all(StoredRun.self).map(\.spec.author) == ["lin"])
        }
    }

    @Test func aPushThatNeverLandsKeepsTheNextOutForAShortTimeOnly() {
        let landings = Landings()
        func update(_ new: String) -> RefUpdate { RefUpdate(ref: "refs/heads/main", old: "0", new: new) }
        let now = ContinuousClock.now
        #expect(landings.begin([update("1")], of: World.service, at: now) == nil)
        #expect(landings.begin([update("2")], of: World.service, at: now)?.new == "2")
        let other = ServiceName("yidian", "other")
        #expect(landings.begin([update("2")], of: other, at: now) == nil)
        #expect(landings.begin([update("2")], of: World.service, at: now + Landings.patience) == nil)
        landings.end([update("1")], of: World.service)
        #expect(landings.isLanding("refs/heads/main", of: World.service))
        landings.end([update("2")], of: World.service)
        #expect(!landings.isLanding("refs/heads/main", of: World.service))
    }
}
