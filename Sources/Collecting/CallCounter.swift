package import GantryBase
package import Model
import Wire

/// Counts calls into windows of a second that can be sent more than once.
///
/// A value without I/O: whoever owns it feeds it calls and takes the windows that are due. One of these is in every agent,
/// and one in the gateway for each sender without an agent.
package struct CallCounter: Sendable {
    /// Interfaces that are told apart in the life of a counter; the calls of all others count as `other`.
    package static let interfaces = 500
    /// Peers that are told apart; the calls of all others are of `other`.
    package static let peers = 500
    /// Keys of one second. Above it a call counts under its interface `other` and its peer `other`.
    package static let keysOfSecond = 2000
    /// Seconds that are open at once; more come only from clocks that are wrong.
    package static let openSeconds = 120
    /// How far a span's end may lie from now before the present second is taken for it.
    package static let clockSkew = Period.minutes(60)
    static let other = "other"

    private let counter: String
    private let epoch: Int64
    private var sequence: UInt64 = 0
    private var open: [Int64: [CallKey: CallCounts]] = [:]
    private var knownInterfaces: Set<String> = []
    private var knownPeers: Set<String> = []
    /// Parts of calls that are still to be counted: a trace may stand for 3.3 calls, and counts are whole.
    private var carry = 0.0

    /// Calls that were counted as `other` for want of room.
    package private(set) var folded: UInt64 = 0
    /// Calls whose own time could not be true.
    package private(set) var shifted: UInt64 = 0

    /// - Parameter epoch: Tells this counter from an earlier one of the same name: when it began.
    package init(counter: String, epoch: Timestamp) {
        (self.counter, self.epoch) = (counter, epoch.nanoseconds)
    }

    package mutating func count(_ call: ObservedCall, now: Timestamp) {
        var second = call.second
        let isSane = abs(now.seconds - second) <= Self.clockSkew.milliseconds / 1000
        if !isSane || (open[second] == nil && open.count >= Self.openSeconds) {
            shifted += 1
            second = now.seconds
        }
        let key = bounded(call.key, in: second)
        carry += call.weight
        let weight = UInt64(max(1, carry.rounded(.down)))
        carry -= Double(weight)
        open[second, default: [:]][key, default: CallCounts()].add(call, weight)
    }

    /// Takes the windows of all seconds that have passed; with `all` also of the present one, at the end.
    package mutating func takeWindows(now: Timestamp, all: Bool = false) -> [CallWindow] {
        let due = open.keys.filter { all || $0 < now.seconds }.sorted()
        return due.map { second in
            sequence += 1
            let calls = open.removeValue(forKey: second) ?? [:]
            return CallWindow(
                counter: counter, epoch: epoch, sequence: sequence, second: second,
                calls: calls.map { CallWindow.Entry($0.key, $0.value) })
        }
    }

    private mutating func bounded(_ key: CallKey, in second: Int64) -> CallKey {
        var bounded = key
        let isFull = (open[second]?.count ?? 0) >= Self.keysOfSecond && open[second]?[key] == nil
        if isFull || !Self.admit(key.interface, to: &knownInterfaces, limit: Self.interfaces) {
            bounded.interface = Self.other
        }
        let peer = key.side == .client ? key.callee : key.caller
        if isFull || !Self.admit(peer, to: &knownPeers, limit: Self.peers) {
            if key.side == .client { bounded.callee = Self.other } else { bounded.caller = Self.other }
        }
        // Codes are few unless a service invents one for each call.
        if isFull { bounded.code = Self.other }
        if bounded != key { folded += 1 }
        return bounded
    }

    private static func admit(_ name: String, to known: inout Set<String>, limit: Int) -> Bool {
        if known.contains(name) { return true }
        guard known.count < limit else { return false }
        known.insert(name)
        return true
    }
}

extension CallCounts {
    fileprivate mutating func add(_ call: ObservedCall, _ weight: UInt64) {
        count += weight
        durations.record(call.duration, times: weight)
        if call.duration >= slowest { (slowest, exemplar) = (call.duration, call.traceID) }
    }
}
