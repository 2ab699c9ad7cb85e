package import GantryBase
package import Model

package enum ProbeKind: String, Sendable, Hashable, CaseIterable {
    case startup, readiness, liveness
}

package enum ProbeAnswer: Sendable, Hashable {
    case passed
    /// What was asked and answered, in words: `HTTP 503 from GET /readyz`.
    case failed(String)
}

/// Counts the answers of one probe over one life of the program, as Kubernetes does.
package struct ProbeTracker: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case passed
        case failed(String)
    }

    /// How often readiness is asked until its first pass, when its own period is longer: a program that has just come
    /// up gets its requests at once, whatever period suits the time after. Only news come sooner, no verdict changes.
    package static let eager = Period.milliseconds(500)

    /// A period of zero would ask without end.
    package static let shortestPeriod = Period.milliseconds(10)

    package let kind: ProbeKind
    package let probe: Probe
    /// When to ask next; nil while an answer is awaited.
    package private(set) var nextAt: Duration?
    private var askedAt: Duration
    private var passes = 0
    private var failures = 0
    private var hasPassed = false

    /// - Parameter programStart: what the probe's delay counts from.
    package init(_ kind: ProbeKind, _ probe: Probe, programStart: Duration, now: Duration) {
        self.kind = kind
        self.probe = probe
        nextAt = max(now, programStart + probe.delay.duration)
        askedAt = now
    }

    /// Whether to ask now; true at most once until `take`.
    package mutating func due(at now: Duration) -> Bool {
        guard let at = nextAt, now >= at else { return false }
        nextAt = nil
        askedAt = now
        return true
    }

    private var period: Period {
        let period = max(probe.period, Self.shortestPeriod)
        return kind == .readiness && !hasPassed ? min(period, Self.eager) : period
    }

    /// Counts an answer; returns a verdict at each threshold reached, nil between.
    package mutating func take(_ answer: ProbeAnswer, now: Duration) -> Verdict? {
        guard nextAt == nil else { return nil }
        defer { nextAt = max(now, askedAt + period.duration) }
        switch answer {
        case .passed:
            failures = 0
            passes += 1
            guard passes >= probe.successes else { return nil }
            hasPassed = true
            return .passed
        case .failed(let answer):
            passes = 0
            failures += 1
            return failures >= probe.failures ? .failed(answer) : nil
        }
    }
}
