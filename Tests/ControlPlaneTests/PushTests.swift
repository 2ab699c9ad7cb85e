import Foundation
import GantryBase
import GitHosting
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct PushTests {
    @Test func aPushThatNobodyHeardOfIsFoundAtTheNextStart() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            try await world.pushUnheard(commit)
            #expect(try await world.store.names(of: StoredRun.self) == [])
            #expect(try await world.desk.catchUp().isEmpty)
            #expect(try await world.desk.catchUp().isEmpty)
            let runs = try await world.store.all(StoredRun.self)
            #expect(runs.map(\.spec.commit) == [commit])
            #expect(runs.first?.spec.subject == "Change")
        }
    }

    @Test func aPushRecordedTwiceMakesOneRun() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            try await world.pushUnheard(commit)
            async let first = world.hook(commit)
            async let second = world.hook(commit)
            async let third: Void = { _ = try await world.desk.catchUp() }()
            let replies = await [first, second]
            try await third
            #expect(replies.allSatisfy { $0.accepted })
            #expect(try await world.store.names(of: StoredRun.self).count == 1)
        }
    }

    @Test func pushesAtOnceToTwoBranchesMakeOneRunEach() async throws {
        try await World.with(platform: World.platform(more: "protectedBranches: [main, \"release-*\"]")) {
            world in
            try await world.makeService()
            let one = try await world.commit(World.specification(), "one")
            let two = try await world.commit(World.specification(), "two")
            try await world.pushUnheard(one)
            try await world.pushUnheard(two, to: "release-1")
            async let first = world.hook(one)
            async let second = world.hook(two, "release-1")
            let replies = await [first, second]
            #expect(replies.allSatisfy { $0.messages.first?.contains("started: http://here/") == true })
            let runs = try await world.store.all(StoredRun.self)
            #expect(Set(runs.map(\.spec.branch)) == ["main", "release-1"])
            #expect(Set(runs.map(\.spec.name.number)) == [1, 2])
        }
    }

    @Test func anUnprotectedBranchStartsNothing() async throws {
        try await World.with { world in
            try await world.makeService()
            #expect(try await world.push(to: "topic") == nil)
            try await world.desk.catchUp()
            #expect(try await world.store.names(of: StoredRun.self) == [])
        }
    }

    @Test func aPushHeardOfAfterTheNextOneTakesNothingBack() async throws {
        try await World.with { world in
            try await world.makeService()
            let old = try await world.commit(World.specification(), "old")
            let new = try await world.commit(World.specification(), "new")
            try await world.pushUnheard(old)
            try await world.pushUnheard(new)
            _ = await world.hook(new, old: old)
            _ = await world.hook(old)
            let repository = try await world.store.require(StoredRepository.self, World.service.path)
            #expect(repository.status.heads["refs/heads/main"]?.commit == new)
            #expect(try await world.store.all(StoredRun.self).map(\.spec.commit) == [new])
            #expect(try await world.actions().count { $0 == "repository.push" } == 2)
        }
    }

    @Test func aRepositoryThatCannotBeReadKeepsNoOtherFromItsRun() async throws {
        try await World.with { world in
            try await world.makeService()
            let commit = try await world.commit()
            try await world.pushUnheard(commit)
            let broken = ServiceName("yidian", "aaa")
            _ = try await world.operations.createService(broken, by: World.admin)
            let path = try world.repositories.path(of: broken)
            try "no ref".write(toFile: path + "/config", atomically: true, encoding: .utf8)
            let failures = try await world.desk.catchUp()
            #expect(Array(failures.keys) == ["yidian/aaa"])
            #expect(try await world.store.names(of: StoredRun.self).count == 1)
        }
    }
}
