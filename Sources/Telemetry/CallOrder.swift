import GantryBase
import Wire

/// What rows of a table of calls are sorted by, the ones to look at first.
package enum CallOrder: String, Sendable, Hashable, CaseIterable {
    case volume, failures, rate, p50, p99
    /// By caller, callee, interface and side.
    case name

    package func sorted(_ rows: [CallRow]) -> [CallRow] {
        switch self {
        case .volume: by(rows) { Double($0.total) }
        case .failures: by(rows) { $0.failureRate * Double($0.total) }
        case .rate: by(rows) { $0.failureRate }
        case .p50: by(rows) { $0.durations.quantile(0.5) ?? 0 }
        case .p99: by(rows) { $0.durations.quantile(0.99) ?? 0 }
        case .name: rows.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        }
    }

    /// The largest first; equal ones by name, so that a table that is drawn again does not jump.
    private func by(_ rows: [CallRow], _ value: (CallRow) -> Double) -> [CallRow] {
        rows.map { (value($0), $0.name, $0) }
            .sorted { $0.0 == $1.0 ? $0.1.lexicographicallyPrecedes($1.1) : $0.0 > $1.0 }
            .map(\.2)
    }
}

extension CallRow {
    private static let namedBy: [CallDimension] = [
        .caller, .callee, .interface, .side, .code, .environment, .region, .release, .instance,
    ]

    fileprivate var name: [String] { Self.namedBy.map { key[$0] ?? "" } + [start.description] }
}
