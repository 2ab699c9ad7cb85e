import Glibc
package import Model

extension ProcessIdentity {
    /// Reads the identity of a process from `/proc`, or nil when there is none with this number.
    package static func of(pid: Int32) -> ProcessIdentity? {
        guard let fields = statFields(of: pid), let start = fields.start else { return nil }
        return ProcessIdentity(pid: pid, startTicks: start)
    }

    package static var current: ProcessIdentity {
        .of(pid: getpid()) ?? ProcessIdentity(pid: getpid(), startTicks: 0)
    }

    /// Whether this very process still runs; one that has ended and was not reaped yet does not.
    package var isAlive: Bool {
        guard let fields = Self.statFields(of: pid) else { return false }
        return fields.start == startTicks && fields.state != UInt8(ascii: "Z")
            && fields.state != UInt8(ascii: "X")
    }

    /// Lists the numbers of all processes that `/proc` shows.
    static func allNumbers() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var numbers: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    /// The name of a program may hold spaces and brackets, so fields count from the last bracket.
    static func statFields(of pid: Int32) -> (state: UInt8, parent: Int32, start: UInt64?)? {
        guard pid > 0, let bytes = readWhole("/proc/\(pid)/stat", limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first else { return nil }
        func text(_ index: Int) -> String { String(decoding: fields[index], as: UTF8.self) }
        return (state, Int32(text(1)) ?? 0, UInt64(text(19)))
    }
}

/// Reads a file, at most `limit` bytes of it; nil when it cannot be read.
func readWhole(_ path: String, limit: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit, 16 << 10))
    while bytes.count < limit {
        let got = read(file, &buffer, min(buffer.count, limit - bytes.count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { return nil }
        if got == 0 { break }
        bytes += buffer[..<got]
    }
    return bytes
}
