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

    static func statFields(of pid: Int32) -> (state: UInt8, parent: Int32, start: UInt64?)? {
        guard let words = statWords(of: pid), let state = words[0].first else { return nil }
        return (state, number(words[1]) ?? 0, number(words[19]))
    }

    /// Threads of a process; 0 when it is gone.
    static func threads(of pid: Int32) -> Int { statWords(of: pid).flatMap { number($0[17]) } ?? 0 }

    /// From the state on, which is the third of the kernel's list; at least 20. The name of a program before it may
    /// hold spaces and brackets, so they count from the last bracket.
    private static func statWords(of pid: Int32) -> [ArraySlice<UInt8>]? {
        guard pid > 0, let bytes = readWhole("/proc/\(pid)/stat", limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let words = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        return words.count > 19 ? words : nil
    }

    private static func number<N: FixedWidthInteger>(_ word: ArraySlice<UInt8>) -> N? {
        N(String(decoding: word, as: UTF8.self))
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
