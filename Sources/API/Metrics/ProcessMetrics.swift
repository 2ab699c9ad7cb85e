import Foundation
import Glibc

/// What the system says of this process, under the names that every Prometheus client uses.
enum ProcessMetrics {
    static func add(to metrics: Metrics) {
        metrics.number("process_cpu_seconds_total", .counter, "Processor time of this process") { cpuSeconds }
        metrics.number("process_resident_memory_bytes", .gauge, "Memory that this process has in use") {
            memory?.resident
        }
        metrics.number("process_virtual_memory_bytes", .gauge, "Memory that this process has mapped") {
            memory?.mapped
        }
        metrics.number("process_open_fds", .gauge, "Open file descriptors") { openFiles }
        metrics.number("process_max_fds", .gauge, "File descriptors that may be open") { mostFiles }
        metrics.number("process_start_time_seconds", .gauge, "When this process began, since 1970") {
            startTime
        }
    }

    private static var cpuSeconds: Double? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    private static var memory: (mapped: Double, resident: Double)? {
        let words = (text("/proc/self/statm") ?? "").split(separator: " ")
        guard words.count > 1, let mapped = Double(words[0]), let resident = Double(words[1]) else {
            return nil
        }
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        return (mapped * page, resident * page)
    }

    private static var openFiles: Double? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
    }

    private static var mostFiles: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    /// Since boot in the process's own file, and boot in the system's.
    private static var startTime: Double? {
        guard let own = text("/proc/self/stat"), let end = own.lastIndex(of: ")"),
            let ticks = Double(own[end...].split(separator: " ").dropFirst(20).first ?? ""),
            let boot = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let booted = Double(boot.dropFirst(6))
        else { return nil }
        return booted + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))
    }
}
