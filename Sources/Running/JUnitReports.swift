import GantryBase
import Glibc
import Model

/// Test results that a test step left in its workspace as JUnit XML.
///
/// Read are files named `junit*.xml`, `TEST-*.xml` and `*-junit.xml` in the source folder and in `folders` below it,
/// if they were written by the step: what lay there before is not its result. The workspace is the business's: no link
/// is followed, in no part of a path, and everything is bounded.
struct JUnitReports: Sendable {
    let source: String
    let notBefore: Timestamp

    static let folders = [
        [], ["reports"], ["test-results"], ["test-reports"], ["build", "test-results"],
        ["build", "test-results", "test"], ["target", "surefire-reports"],
    ]
    /// A suite of ten thousand tests with their output.
    static let fileLimit = 16 << 20
    static let totalLimit = 64 << 20
    static let filesLimit = 500
    /// A folder with more entries is no folder of reports.
    static let entriesLimit = 10_000
    /// Some file systems keep times in whole seconds.
    static let timeGrain = Period.seconds(2)

    /// Nil when there is no report.
    func summary() -> TestSummary? {
        var summary: TestSummary?
        var left = Self.totalLimit
        for folder in Self.folders {
            guard let descriptor = open(folder) else { continue }
            defer { close(descriptor) }
            for name in names(in: descriptor) {
                guard let bytes = read(name, in: descriptor, limit: min(left, Self.fileLimit)) else {
                    continue
                }
                left -= bytes.count
                var reader = JUnitReader(bytes)
                guard reader.read() else { continue }
                var sum = summary ?? TestSummary(passed: 0, failed: 0, skipped: 0, failures: [])
                sum.passed += reader.passed
                sum.failed += reader.failed
                sum.skipped += reader.skipped
                sum.failures += reader.failures.prefix(TestSummary.failureLimit - sum.failures.count)
                summary = sum
            }
        }
        return summary
    }

    private func open(_ folder: [String]) -> Int32? {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var descriptor = Glibc.open(source, flags)
        for part in folder where descriptor >= 0 {
            let next = openat(descriptor, part, flags)
            close(descriptor)
            descriptor = next
        }
        return descriptor >= 0 ? descriptor : nil
    }

    private func names(in folder: Int32) -> [String] {
        let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        var seen = 0
        while let entry = readdir(stream), names.count < Self.filesLimit, seen < Self.entriesLimit {
            seen += 1
            let name = entryName(entry)
            if name.hasSuffix(".xml"),
                name.hasPrefix("junit") || name.hasPrefix("TEST-") || name.hasSuffix("-junit.xml")
            {
                names.append(name)
            }
        }
        return names.sorted()
    }

    private func read(_ name: String, in folder: Int32, limit: Int) -> [UInt8]? {
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = stat()
        let earliest = (notBefore - Self.timeGrain).seconds
        // A second name could be a link to a file that only we may read.
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1,
            facts.st_size <= limit, Int64(facts.st_mtim.tv_sec) >= earliest
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }
}
