package import GantryBase
import Model
package import Telemetry
import Wire

/// One row of calls with its course over time.
package struct CallLine: Sendable {
    package var row: CallRow
    /// For each step of time: calls, and those of them that failed.
    package var counts: [Int]
    package var failures: [Int]

    package init(_ row: CallRow, counts: [Int] = [], failures: [Int] = []) {
        (self.row, self.counts, self.failures) = (row, counts, failures)
    }

    /// Steps of a small chart in a row.
    package static let steps = 30

    /// The shortest whole number of seconds with at most so many steps in the range.
    package static func step(of range: TimeRange, steps: Int = CallLine.steps) -> Period {
        let seconds = max(1, (range.nanoseconds / 1_000_000_000 + Int64(steps) - 1) / Int64(steps))
        return .seconds(seconds)
    }

    /// The range from a whole multiple of the step on, so that charts do not tremble from one look to the next.
    package static func aligned(_ range: TimeRange, step: Period) -> TimeRange {
        let size = max(step.milliseconds, 1000) * 1_000_000
        return TimeRange(from: Timestamp(nanoseconds: range.from.nanoseconds / size * size), to: range.to)
    }

    /// The starts of all steps, as the store reckons them: from the first whole second of the range on.
    package static func starts(_ range: TimeRange, step: Period) -> [Timestamp] {
        let second: Int64 = 1_000_000_000
        let size = max(step.milliseconds, 1000) * 1_000_000
        let first = (range.from.nanoseconds + second - 1) / second * second
        guard range.to.nanoseconds > first else { return [] }
        let count = min((range.to.nanoseconds - first + size - 1) / size, mostSteps)
        return (0..<count).map { Timestamp(nanoseconds: first + $0 * size) }
    }
    private static let mostSteps: Int64 = 500

    /// Joins the rows of the whole range with those of its steps.
    package static func lines(_ whole: CallTable, stepped: CallTable, starts: [Timestamp]) -> [CallLine] {
        let courses = Dictionary(grouping: stepped.rows, by: \.key)
        return whole.rows.map { row in
            var line = CallLine(row)
            guard starts.count > 1, let course = courses[row.key] else { return line }
            line.counts = Array(repeating: 0, count: starts.count)
            line.failures = line.counts
            for part in course {
                guard let at = index(of: part.start, in: starts) else { continue }
                line.counts[at] += Int(clamping: part.total)
                line.failures[at] += Int(clamping: part.failures)
            }
            return line
        }
    }

    static func index(of time: Timestamp, in starts: [Timestamp]) -> Int? {
        guard starts.count > 1, time >= starts[0] else { return nil }
        let at = Int(
            (time.nanoseconds - starts[0].nanoseconds) / (starts[1].nanoseconds - starts[0].nanoseconds))
        return at < starts.count ? at : nil
    }

    package func perSecond(_ range: TimeRange) -> Double {
        Double(row.total) / max(Double(range.nanoseconds) / 1e9, 1)
    }
    func milliseconds(_ share: Double) -> Double? { row.durations.quantile(share).map { $0 * 1000 } }

    /// Rows that have every word of the query in one of their names, in the order that was asked for.
    package static func sorted(_ lines: [CallLine], by question: CallQuestion) -> [CallLine] {
        let words = question.query.lowercased().split(separator: " ")
        let found = lines.filter { line in
            words.allSatisfy { word in line.row.key.values.contains { $0.lowercased().contains(word) } }
        }
        func name(_ line: CallLine, _ dimension: CallDimension) -> String { line.row.key[dimension] ?? "" }
        func names(_ line: CallLine) -> [String] {
            [.callee, .interface, .caller, .code, .environment, .region, .release, .side].map {
                name(line, $0)
            }
        }
        func number(_ line: CallLine) -> Double {
            switch question.order {
            case .volume: Double(line.row.total)
            case .failures: line.row.failureRate
            case .p50: line.milliseconds(0.5) ?? -1
            case .p99: line.milliseconds(0.99) ?? -1
            case .caller, .callee, .interface: 0
            }
        }
        let dimension: CallDimension? =
            switch question.order {
            case .caller: .caller
            case .callee: .callee
            case .interface: .interface
            case .volume, .failures, .p50, .p99: nil
            }
        // Reckoned once for each row: a quantile walks a histogram.
        let keyed = found.map { (line: $0, number: number($0), names: names($0)) }
        return keyed.sorted { a, b in
            if let dimension {
                let (x, y) = (name(a.line, dimension), name(b.line, dimension))
                if x != y { return question.isAscending ? x < y : x > y }
            } else if a.number != b.number {
                return question.isAscending ? a.number < b.number : a.number > b.number
            }
            return a.names.lexicographicallyPrecedes(b.names)
        }.map(\.line)
    }
}

extension CallRow {
    var failures: UInt64 { (counts[.exception] ?? 0) + (counts[.timeout] ?? 0) }
}
