import GantryBase

/// How many refusals are written to the audit log in a minute. The log is kept for ever, and everybody can be refused:
/// beyond the bound they are counted, and the next record says how many.
struct FloodBound {
    static let recordsPerMinute = 30

    private var minute: Int64 = .min
    private var recorded = 0
    private var skipped = 0

    /// What to add to the record's detail; nil when nothing is to be recorded.
    mutating func note(_ now: Timestamp) -> String? {
        if minute != now.seconds / 60 {
            minute = now.seconds / 60
            recorded = 0
        }
        guard recorded < Self.recordsPerMinute else {
            skipped += 1
            return nil
        }
        recorded += 1
        defer { skipped = 0 }
        return skipped > 0 ? "; \(skipped) more were refused before and are not recorded" : ""
    }
}
