import Model

/// Counts the test cases of one JUnit XML document by its tags; text, declarations and comments are passed over, so
/// nothing in the document is ever expanded or fetched.
///
/// There is no one schema: what is counted is `testcase`, however deep in suites, by the `failure`, `error` or `skipped`
/// inside it. A case with more than one of them is failed. Counts in attributes of suites are not believed.
struct JUnitReader {
    private var scanner: TagScanner
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var skipped = 0
    private(set) var failures: [String] = []
    private var testCase: String?
    private var outcome: Outcome = .passed
    private enum Outcome { case passed, failed, skipped }

    /// Of the name of a failed test, in characters.
    static let nameLimit = 200

    init(_ bytes: [UInt8]) { scanner = TagScanner(bytes) }

    /// - Returns: whether the document is a JUnit report.
    mutating func read() -> Bool {
        var isReport = false
        while let tag = scanner.next() {
            switch tag.name {
            case "testsuites", "testsuite": isReport = true
            case "testcase":
                // One that was never closed ends where the next begins.
                count()
                if tag.opens { begin(tag) }
                if tag.opens, tag.closes { count() }
            case "failure", "error": if tag.opens { outcome = .failed }
            case "skipped": if tag.opens, outcome == .passed { outcome = .skipped }
            default: break
            }
        }
        count()
        return isReport
    }

    private mutating func begin(_ tag: TagScanner.Tag) {
        let suite = tag.attribute("classname").map { $0.isEmpty ? "" : $0 + "." } ?? ""
        testCase = String((suite + (tag.attribute("name") ?? "")).prefix(Self.nameLimit))
        outcome = .passed
    }

    private mutating func count() {
        guard let name = testCase else { return }
        testCase = nil
        switch outcome {
        case .passed: passed += 1
        case .skipped: skipped += 1
        case .failed:
            failed += 1
            if failures.count < TestSummary.failureLimit { failures.append(name) }
        }
    }
}
