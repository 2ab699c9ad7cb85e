import GantryBase

/// Who has to wait before the next attempt to sign in. Pure: times come in, waits come out.
///
/// An attempt counts as failed from its beginning until it succeeds, so that many at once gain nothing. Failures are
/// counted per user, which bounds guessing at one, and per address, which bounds trying one password on many users.
struct AttemptLimits {
    /// Failures that cost nothing: people mistype.
    static let freePerUser = 5
    /// An address may stand for a whole office.
    static let freePerAddress = 20
    static let firstWait = Period.seconds(1)
    /// Of a user: short, since whoever knows the name can make its owner wait. 288 guesses in a day remain.
    static let longestWaitOfUser = Period.minutes(5)
    static let longestWaitOfAddress = Period.minutes(15)
    /// After so long without a failure all is forgotten.
    static let memory = Period.minutes(60)
    /// Users and addresses that are remembered; beyond it the one that failed longest ago is forgotten.
    static let entries = 10_000

    struct Entry {
        var failures = 0
        var last = Timestamp.epoch
    }
    private var users: [String: Entry] = [:]
    private var addresses: [String: Entry] = [:]

    var userCount: Int { users.count }

    /// How long is still to wait; nil when an attempt may be made now.
    func wait(user: String, address: String, now: Timestamp) -> Period? {
        let waits = [
            Self.wait(users[user], Self.freePerUser, Self.longestWaitOfUser, now),
            Self.wait(addresses[address], Self.freePerAddress, Self.longestWaitOfAddress, now),
        ]
        return waits.compactMap(\.self).max()
    }

    /// Counts an attempt that begins; `wait` has said that it may.
    mutating func begin(user: String, address: String, now: Timestamp) {
        Self.count(user, in: &users, now)
        Self.count(address, in: &addresses, now)
    }

    /// Takes back what was counted for the user, here and at the address; others' failures there stay, so that nobody
    /// resets them by signing in as oneself.
    mutating func succeed(user: String, address: String) {
        let failures = users.removeValue(forKey: user)?.failures ?? 1
        guard var entry = addresses[address] else { return }
        entry.failures -= min(failures, entry.failures)
        addresses[address] = entry.failures == 0 ? nil : entry
    }

    private static func count(_ key: String, in table: inout [String: Entry], _ now: Timestamp) {
        var entry = table[key] ?? Entry()
        if now - entry.last > memory { entry.failures = 0 }
        entry.failures += 1
        entry.last = now
        table[key] = entry
        guard table.count > entries else { return }
        table = table.filter { now - $0.value.last <= memory }
        while table.count > entries, let oldest = table.min(by: { $0.value.last < $1.value.last }) {
            table[oldest.key] = nil
        }
    }

    private static func wait(_ entry: Entry?, _ free: Int, _ longest: Period, _ now: Timestamp) -> Period? {
        guard let entry, entry.failures >= free, now - entry.last <= memory else { return nil }
        let doublings = min(entry.failures - free, 20)
        let whole = min(firstWait * (1 << doublings), longest)
        let end = entry.last + whole
        return end > now ? end - now : nil
    }
}
