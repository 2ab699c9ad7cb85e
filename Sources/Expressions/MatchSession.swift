/// Matches records one after the other, on one thread, without allocating for the usual tests.
package struct MatchSession: ~Copyable {
    package let matcher: Matcher
    /// Records that were not matched because a regular expression reached its limits (``ExpressionLimits``): nobody
    /// knows whether they would have been. Show this number beside the result.
    package private(set) var undecided = 0
    private let scratch = RegularExpression.Scratch()

    package init(_ matcher: Matcher) { self.matcher = matcher }

    /// Answers for one record; false for one that is counted in ``undecided``.
    package mutating func matches<Record: FieldReader>(_ record: Record) -> Bool {
        var place = matcher.entry
        var run = CheckRun(scratch: scratch.data)
        while place >= 0 {
            let leaf = matcher.leaves[place]
            let holds = run.holds(leaf, record)
            if run.gaveUp {
                undecided += 1
                return false
            }
            place = holds ? leaf.onTrue : leaf.onFalse
        }
        return place == Matcher.accept
    }
}

/// The tests of one record.
struct CheckRun {
    let scratch: OpaquePointer?
    /// Set when a regular expression reached its limits; the answer then means nothing.
    private(set) var gaveUp = false

    init(scratch: OpaquePointer?) { self.scratch = scratch }

    mutating func holds<Record: FieldReader>(_ leaf: Leaf, _ record: Record) -> Bool {
        guard let field = leaf.field else { return holdsAnywhere(leaf.check, record) }
        if case .compareField(let sign, let other, let isLength) = leaf.check {
            return record.read(field) { left in
                record.read(other) { right in
                    Values.compare(
                        sign, leaf.isLength ? Values.length(left) : left,
                        isLength ? Values.length(right) : right)
                }
            }
        }
        return record.read(field) { value in
            holds(leaf.check, leaf.isLength ? Values.length(value) : value)
        }
    }

    private mutating func holdsAnywhere<Record: FieldReader>(_ check: Check, _ record: Record) -> Bool {
        switch check {
        case .words(let needle): record.anyText { needle.isFound(in: $0) }
        case .regex(let regex): record.anyText { search(regex, $0) || gaveUp }
        default: false
        }
    }

    private mutating func search(_ regex: RegularExpression, _ text: BorrowedText) -> Bool {
        let outcome = regex.search(text, with: scratch)
        if outcome == .gaveUp { gaveUp = true }
        return outcome == .found
    }

    private mutating func holds(_ check: Check, _ value: FieldValue) -> Bool {
        if case .list(let list) = value {
            if case .exists = check { return true }
            for element in list where holds(check, element) { return true }
            return false
        }
        switch check {
        case .exists:
            if case .absent = value { return false }
            return true
        case .levels(let mask):
            return Values.level(value).map { mask >> UInt8($0.rawValue) & 1 == 1 } ?? false
        case .compare(let sign, let literal): return Values.compare(sign, value, literal)
        case .range(let lower, let upper):
            if let lower, !Values.compare(.greaterOrEqual, value, lower) { return false }
            if let upper, !Values.compare(.lessOrEqual, value, upper) { return false }
            return true
        case .equals(let literal): return Values.equals(value, literal)
        case .begins(let needle): return Values.withText(value) { needle.begins($0) }
        case .words(let needle): return Values.withText(value) { needle.isFound(in: $0) }
        case .glob(let glob): return Values.withText(value) { glob.matches($0) }
        case .regex(let regex): return Values.withText(value) { search(regex, $0) }
        case .oneOf(let list):
            for check in list where holds(check, value) { return true }
            return false
        case .compareField: return false
        }
    }
}
