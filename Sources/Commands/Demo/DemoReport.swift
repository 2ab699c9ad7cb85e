import Foundation
import GantryBase
import Model
import Wire

/// What the demo saw: told while it goes on, and summed up at its end.
struct DemoReport: Sendable {
    struct Claim: Sendable {
        var text: String
        var holds: Bool
        var detail: String
    }

    let server: String
    private let start = ContinuousClock.now
    var claims: [Claim] = []
    var times: [(what: String, took: Period)] = []
    var workloads: [ObjectView<StoredWorkload>] = []
    /// Requests for articles that went through a front door.
    var asked = 0
    private var shown: [(title: String, text: String)] = []
    private var sent = 0
    private var lost = 0

    init(server: String) { self.server = server }

    var holds: Bool { claims.allSatisfy(\.holds) }

    func tell(_ line: String) {
        let time = Age.text(.since(start))
        print(
            String(repeating: " ", count: max(0, 7 - time.count)) + time + "  "
                + TerminalText.safe(line, keepsLines: true))
        fflush(nil)
    }

    mutating func claim(_ text: String, _ holds: Bool, _ detail: String) {
        claims.append(Claim(text: text, holds: holds, detail: detail))
        if !holds { tell("✗ \(text): \(detail)") }
    }

    /// Keeps a text for the end.
    mutating func show(_ title: String, _ text: String) { shown.append((title, text)) }

    mutating func add(_ count: Traffic.Count) {
        asked += count.sent
        sent += count.sent
        lost += count.lost
    }

    func text() -> String {
        var text = "\nWhat runs where\n\n" + WorkloadTable.table(workloads).text() + "\nHow long it took\n\n"
        for (what, took) in times {
            text += "  \(Age.text(took).padding(toLength: 8, withPad: " ", startingAt: 0))\(what)\n"
        }
        for (title, shown) in shown { text += "\n\(title)\n\n\(shown)" }
        text += "\nRequests sent \(sent), lost \(lost)\n\nClaims\n\n"
        for claim in claims {
            let detail = claim.detail.isEmpty ? "" : " (\(claim.detail))"
            text += "  \(claim.holds ? "✓" : "✗") \(claim.text)\(detail)\n"
        }
        text += "\nThe server is at \(server)\n"
        return TerminalText.safe(text, keepsLines: true)
    }
}
