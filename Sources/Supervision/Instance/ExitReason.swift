package import GantryBase

/// Puts the end of a program into words for a person.
package enum ExitReason {
    /// Enough to hold the exception of most languages, short enough for a table's footnote.
    package static let lines = 5
    /// In characters of one line of output.
    package static let lineLength = 200

    package static func words(
        _ end: ProgramEnd, after ran: Duration, memoryLimit: ByteCount?
    ) -> String {
        let what: String
        if end.outOfMemory {
            what = "killed: out of memory" + (memoryLimit.map { " (limit \($0))" } ?? "")
        } else if let code = end.exitCode {
            what = "exited with status \(code)"
        } else {
            what = "killed by signal \(signalName(end.signal ?? 0))"
        }
        return "\(what) after \(words(ran))\(output(end.lastLines))"
    }

    /// `; last output: …`, or nothing where there was none.
    static func output(_ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let cut = lines.suffix(Self.lines).map { line in
            line.count > lineLength ? line.prefix(lineLength - 1) + "…" : line[...]
        }
        return "; last output: " + cut.joined(separator: " | ")
    }

    /// `0.2 s` below ten seconds, then whole seconds and larger units.
    static func words(_ time: Duration) -> String {
        let milliseconds = max(
            0, time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)
        guard milliseconds >= 10_000 else {
            return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
        }
        return Period.seconds(milliseconds / 1000).description
    }

    private static let signalNames: [Int: String] = [
        1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL",
        10: "USR1",
        11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
    ]

    static func signalName(_ number: Int) -> String { signalNames[number] ?? "\(number)" }
}
