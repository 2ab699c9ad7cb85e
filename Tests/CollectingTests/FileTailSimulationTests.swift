import GantryBase
import Glibc
import Testing

@testable import Collecting

/// A writer, a rotation, a reader and its restarts in random order, against the exact lines that must come.
@Suite struct FileTailSimulationTests {
    /// What was written and what came, of one run.
    private struct Ledger {
        var written: Set<String> = []
        var received: Set<String> = []
        /// Received and not yet saved.
        var unsaved: Set<String> = []
        /// Received before a restart that forgot them, and not again since.
        var mayRepeat: Set<String> = []
        /// The last line of each file in this run of the reader.
        var last: [String: Int] = [:]

        mutating func receive(_ line: String, _ note: Comment) {
            guard written.contains(line) else {
                Issue.record("\(note): \(line) was never written")
                return
            }
            if !received.insert(line).inserted {
                #expect(mayRepeat.remove(line) != nil, "\(note): \(line) came twice")
            }
            unsaved.insert(line)
            let words = line.split(separator: " ")
            let (file, number) = (String(words[0]), Int(words[1]) ?? -1)
            #expect(number > last[file] ?? -1, "\(note): \(line) came late")
            last[file] = number
        }
    }

    @Test(arguments: 1...60) func everyLineComesOnceUnlessARestartForgotIt(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var options = FileTailOptions()
        options.turnBytes = Int.random(in: 60...4000, using: &random)
        options.pollBytes = options.turnBytes * 3
        options.partialLine = .minutes(60 * 24)
        let logs = try FileTailFixture(options: options)
        let note: Comment = "seed \(seed)"
        var ledger = Ledger()
        let names = ["a.log", "b.log", "c.log"]
        // A file is told from its successors by a number that its lines carry.
        var generation = ["a.log": 0, "b.log": 1, "c.log": 2]
        var nextGeneration = 3
        var halves: [String: String] = [:]
        var number = 0
        func drain() {
            for _ in 0..<2000 {
                let lines = logs.lines(polls: 4)
                if lines.isEmpty { return }
                for line in lines { ledger.receive(line, note) }
            }
        }
        func endLine(_ name: String) throws {
            guard let half = halves.removeValue(forKey: name) else { return }
            ledger.written.insert(half)
            try logs.append(name, "\n")
        }
        for _ in 0..<300 {
            let name = names[Int.random(in: 0..<3, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<50:
                try endLine(name)
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let filler = String(repeating: "x", count: Int.random(in: 0...60, using: &random))
                    let line = "\(generation[name] ?? -1) \(number) \(filler)"
                    number += 1
                    ledger.written.insert(line)
                    try logs.append(name, line + "\n")
                }
            case 50..<57:
                try endLine(name)
                let half = "\(generation[name] ?? -1) \(number) half"
                number += 1
                halves[name] = half
                try logs.append(name, half)
            case 57..<80:
                for line in logs.lines(polls: Int.random(in: 1...4, using: &random)) {
                    ledger.receive(line, note)
                }
            case 80..<86:
                // Renamed; its writer goes on in the old one for a while.
                guard access(logs.path(name), F_OK) == 0 else { continue }
                drain()
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    try endLine(name)
                    let line = "\(generation[name] ?? -1) \(number) before the end"
                    number += 1
                    ledger.written.insert(line)
                    try logs.append(name, line + "\n")
                }
                try endLine(name)
                try logs.rename(name, "\(name).\(nextGeneration)")
                generation[name] = nextGeneration
                nextGeneration += 1
            case 86..<90:
                guard access(logs.path(name), F_OK) == 0 else { continue }
                try endLine(name)
                drain()
                try logs.truncate(name)
                generation[name] = nextGeneration
                nextGeneration += 1
            case 90..<94:
                logs.acknowledge()
                try logs.tail.savePositions()
                ledger.unsaved = []
            default:
                let saving = Bool.random(using: &random)
                try logs.restart(saving: saving)
                if !saving { ledger.mayRepeat.formUnion(ledger.unsaved) }
                ledger.unsaved = []
                ledger.last = [:]
            }
        }
        for name in names { try endLine(name) }
        drain()
        let missing = ledger.written.subtracting(ledger.received)
        #expect(missing.isEmpty, "\(note): \(missing.sorted().prefix(3)) did not come")
    }
}
