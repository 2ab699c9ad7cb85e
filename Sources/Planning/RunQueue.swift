package import GantryBase
package import Model

/// Decides which waiting runs may start.
package enum RunQueue {
    /// A run that has not ended, as far as the queue looks at it.
    package struct Entry: Sendable, Hashable {
        package var name: RunName
        package var branch: String
        package var createdAt: Timestamp
        package var progress: Progress

        package init(name: RunName, branch: String, createdAt: Timestamp, progress: Progress) {
            (self.name, self.branch, self.createdAt, self.progress) = (name, branch, createdAt, progress)
        }
        package init(_ spec: RunSpec, _ status: RunStatus) {
            self.init(
                name: spec.name, branch: spec.branch, createdAt: spec.createdAt, progress: status.progress)
        }
    }

    private struct Lane: Hashable {
        var service: ServiceName
        var branch: String
    }

    /// Returns the pending runs to start now, in that order.
    ///
    /// Each free place goes to the business with the fewest running runs, so that one business's flood waits behind its
    /// own; between equals and inside a business the oldest goes first. A service's branch runs one at a time, by
    /// number. A run that waits for a person holds no place: it may wait for days.
    package static func plan(runs: [Entry], limitPerBusiness: Int, limit: Int) -> [RunName] {
        var running: [BusinessName: Int] = [:]
        var busy: Set<Lane> = []
        var total = 0
        var first: [Lane: Entry] = [:]
        for run in runs {
            let lane = Lane(service: run.name.service, branch: run.branch)
            switch run.progress {
            case .running:
                running[run.name.service.business, default: 0] += 1
                busy.insert(lane)
                total += 1
            case .pending:
                if first[lane].map({ run.name.number < $0.name.number }) ?? true { first[lane] = run }
            case .waiting, .succeeded, .failed, .cancelled: break
            }
        }
        var waiting = Dictionary(
            grouping: first.filter { !busy.contains($0.key) }.values.sorted(by: before),
            by: \.name.service.business
        ).mapValues { ArraySlice($0) }
        var chosen: [RunName] = []
        while total < limit {
            let open = waiting.compactMap { business, entries in
                entries.first.map { (count: running[business, default: 0], entry: $0) }
            }.filter { $0.count < limitPerBusiness }
            let next = open.min { a, b in
                a.count != b.count ? a.count < b.count : before(a.entry, b.entry)
            }
            guard let name = next?.entry.name else { break }
            chosen.append(name)
            waiting[name.service.business]?.removeFirst()
            running[name.service.business, default: 0] += 1
            total += 1
        }
        return chosen
    }

    private static func before(_ a: Entry, _ b: Entry) -> Bool {
        a.createdAt != b.createdAt ? a.createdAt < b.createdAt : a.name < b.name
    }
}
