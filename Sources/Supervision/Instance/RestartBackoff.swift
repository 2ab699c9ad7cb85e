package import GantryBase

/// How long to wait before the next start of a program that ended.
///
/// The first restart is immediate, since most crashes are single; then 1 s, doubling to a minute, so that a broken
/// program costs little and a mended dependency is noticed soon.
package struct RestartBackoff: Sendable, Hashable {
    package static let first = Period.seconds(1)
    package static let longest = Period.minutes(1)
    /// A program that was ready for this long has shown that it works: its next crash counts as the first.
    package static let reset = Period.minutes(10)

    package private(set) var failures = 0

    package init() {}

    package mutating func next(readyFor: Duration?) -> Period {
        if let readyFor, readyFor >= Self.reset.duration { failures = 0 }
        failures += 1
        guard failures > 1 else { return .zero }
        // Six doublings pass a minute; the bound keeps the shift from overflowing.
        let doubled = Self.first * (1 << min(failures - 2, 6))
        return min(doubled, Self.longest)
    }
}
