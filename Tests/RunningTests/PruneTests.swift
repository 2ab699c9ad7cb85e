import GantryBase
import Glibc
import Model
import Testing

@testable import Running

@Suite struct PruneTests {
    @Test func `logs of the newest runs stay, and the workspace of the newest alone`() async throws {
        try await Bench.with { bench in
            let count = ProcessStepExecutor.keptRuns + 5
            let places = bench.executor.places
            for number in 1...count {
                let run = RunName(Bench.article, number)
                try places.makeStep(bench.id(run: run))
                try places.makeWorkspace(run, owner: ProcessUser(uid: 61_011, gid: 61_011))
            }
            let other = RunName(ServiceName("yidian", "author"), 1)
            try places.makeWorkspace(other, owner: nil)
            mkdir(bench.scratch.file("data/runs/yidian/article/x1"), 0o700)
            let active: Set<RunName> = [RunName(Bench.article, 2), RunName(Bench.article, 8)]
            try await bench.executor.prune(Bench.article, active: active)
            let runs = places.numbers(of: Bench.article, below: places.runs)
            #expect(runs == Array((6...count).reversed()) + [2])
            #expect(
                places.numbers(of: Bench.article, below: places.workspaces) == Array((6...count).reversed())
                    + [2])
            #expect(isThere(places.source(of: other)))
            try await bench.executor.prune(ServiceName("yidian", "none"), active: [])
        }
    }
}
