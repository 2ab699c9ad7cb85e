import GantryBase
import Glibc
import Model
import Wire

/// Keeps the proxy's report: replaced by rename, so that a reader always sees a whole one.
struct ReportFile {
    let path: String

    /// Whether the file is another proxy's by now: one that took over while this one drained.
    func belongsToAnother(than identity: ProcessIdentity) -> Bool {
        guard let bytes = try? PlanFiles.read(path) else { return false }
        return (try? JSON.decode(ProxyReport.self, from: bytes)).map { $0.proxy != identity } ?? false
    }

    func write(_ report: ProxyReport) throws {
        let bytes = try JSON.encode(report)
        let temporary = "\(path).\(getpid()).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw GantryError(.unavailable, "\(temporary): \(SystemError.text())") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        close(file)
        guard written == bytes.count, rename(temporary, path) == 0 else {
            let reason = SystemError.text()
            unlink(temporary)
            throw GantryError(.unavailable, "\(path) cannot be written: \(reason)")
        }
    }
}

extension ProcessIdentity {
    /// The running process, as `/proc` tells.
    static func current() -> ProcessIdentity {
        ProcessIdentity(pid: getpid(), startTicks: startTicks() ?? 0)
    }

    private static func startTicks() -> UInt64? {
        let file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[0..<count], as: UTF8.self)
        // The second field is a name in parentheses that may hold anything; fields count on behind its last one.
        guard let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }
}
