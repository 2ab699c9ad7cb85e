import GantryBase
import Glibc
import Model
import Supervision

/// Test results that a test step left in its workspace as JUnit XML.
///
/// Read are files named `junit*.xml`, `TEST-*.xml` and `*-junit.xml` in the source folder and the folders `reports`,
/// `test-results`, `build/test-results` and `target/surefire-reports` in it. The workspace is the business's: links
/// are not followed, and everything is bounded.
struct JUnitReports {
    let source: String
    static let folders = ["", "/reports", "/test-results", "/build/test-results", "/target/surefire-reports"]
    static let fileLimit = 4 << 20
    static let filesLimit = 500

    init(below source: String) { self.source = source }

    /// Nil when there is no report.
    func summary() -> TestSummary? {
        var summary: TestSummary?
        for folder in Self.folders {
            for name in names(in: source + folder).prefix(Self.filesLimit) {
                guard let bytes = read(source + folder + "/" + name) else { continue }
                var reader = JUnitReader(bytes)
                guard reader.read() else { continue }
                var sum = summary ?? TestSummary(passed: 0, failed: 0, skipped: 0, failures: [])
                sum.passed += reader.passed
                sum.failed += reader.failed
                sum.skipped += reader.skipped
                let room = TestSummary.failureLimit - sum.failures.count
                sum.failures += reader.failures.prefix(max(0, room))
                summary = sum
            }
        }
        return summary
    }

    private func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream), names.count < Self.filesLimit {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".xml"),
                name.hasPrefix("junit") || name.hasPrefix("TEST-") || name.hasSuffix("-junit.xml")
            {
                names.append(name)
            }
        }
        return names.sorted()
    }

    private func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            facts.st_size <= Self.fileLimit
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count >= 0 ? Array(bytes[..<count]) : nil
    }
}

/// Counts the test cases of one JUnit XML document by scanning its tags; text, entities and declarations are skipped, so
/// nothing in the document is ever expanded or fetched.
struct JUnitReader {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var skipped = 0
    private(set) var failures: [String] = []
    private var testCase: String?
    private var outcome: Outcome = .passed
    private enum Outcome { case passed, failed, skipped }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: whether the document is a JUnit report.
    mutating func read() -> Bool {
        var isReport = false
        while let tag = nextTag() {
            switch tag.name {
            case "testsuites", "testsuite": isReport = true
            case "testcase" where tag.opens:
                let suite = tag.attribute("classname").map { $0 + "." } ?? ""
                testCase = suite + (tag.attribute("name") ?? "")
                outcome = .passed
                if tag.closes { count() }
            case "testcase": count()
            case "failure", "error": if tag.opens { outcome = .failed }
            case "skipped": if tag.opens { outcome = .skipped }
            default: break
            }
        }
        return isReport
    }

    private mutating func count() {
        guard let name = testCase else { return }
        testCase = nil
        switch outcome {
        case .passed: passed += 1
        case .skipped: skipped += 1
        case .failed:
            failed += 1
            if failures.count < TestSummary.failureLimit { failures.append(String(name.prefix(200))) }
        }
    }

    private struct Tag {
        var name: String
        var opens: Bool
        var closes: Bool
        var attributes: Substring

        func attribute(_ name: String) -> String? {
            guard let start = attributes.firstRange(of: " \(name)=\"")?.upperBound,
                let end = attributes[start...].firstIndex(of: "\"")
            else { return nil }
            return String(attributes[start..<end])
        }
    }

    private mutating func nextTag() -> Tag? {
        while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
            if starts("<!--", at: open) {
                guard skip(past: "-->", from: open) else { return nil }
            } else if starts("<![CDATA[", at: open) {
                guard skip(past: "]]>", from: open) else { return nil }
            } else {
                guard let close = bytes[open...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
                at = close + 1
                let text = String(decoding: bytes[open + 1..<close], as: UTF8.self)
                let body = text.hasPrefix("/") ? text.dropFirst() : Substring(text)
                let name = body.prefix { !$0.isWhitespace && $0 != "/" }
                return Tag(
                    name: String(name), opens: !text.hasPrefix("/"),
                    closes: text.hasPrefix("/") || text.hasSuffix("/"),
                    attributes: body.dropFirst(name.count))
            }
        }
        return nil
    }

    private func starts(_ text: String, at index: Int) -> Bool {
        bytes[index...].starts(with: Array(text.utf8))
    }

    private mutating func skip(past mark: String, from start: Int) -> Bool {
        guard let range = bytes[start...].firstRange(of: Array(mark.utf8)) else { return false }
        at = range.upperBound
        return true
    }
}
