import Model

/// Finds the rule of a front door by host and path prefix. Pure; `Target` is what a rule leads to.
struct HostRules<Target> {
    private struct Prefix {
        /// Without a slash at its end; empty for `/`.
        var path: [UInt8]
        var target: Target
    }
    /// Longest prefix first.
    private var hosts: [String: [Prefix]] = [:]

    enum Match {
        case found(Target)
        /// No rule names the host.
        case unknownHost
        /// The host is known, but no prefix fits.
        case unknownPath
    }

    init(_ rules: [(host: String, path: String, target: Target)]) {
        for rule in rules {
            var path = Array(rule.path.utf8)
            while path.last == ASCII.slash { path.removeLast() }
            hosts[rule.host.lowercased(), default: []].append(Prefix(path: path, target: rule.target))
        }
        for host in hosts.keys { hosts[host]?.sort { $0.path.count > $1.path.count } }
    }

    /// - Parameters:
    ///   - authority: host with or without port, as the client wrote it.
    ///   - path: target in origin form, with its query.
    func match(authority: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Match {
        guard let prefixes = hosts[Self.host(of: authority)] else { return .unknownHost }
        let end = path.firstIndex { $0 == 63 || $0 == 35 } ?? path.count
        for prefix in prefixes where Self.fits(prefix.path, path, end) { return .found(prefix.target) }
        return .unknownPath
    }

    private static func fits(_ prefix: [UInt8], _ path: UnsafeRawBufferPointer, _ end: Int) -> Bool {
        guard end >= prefix.count, end == prefix.count || path[prefix.count] == ASCII.slash || prefix.isEmpty
        else { return false }
        for at in 0..<prefix.count where path[at] != prefix[at] { return false }
        return true
    }

    /// Takes off the port and the dot of a fully qualified name, in lower case.
    static func host(of authority: UnsafeRawBufferPointer) -> String {
        var end = authority.count
        if authority.first == 91 {
            end = authority.firstIndex(of: 93).map { $0 + 1 } ?? end
        } else if let colon = authority.firstIndex(of: ASCII.colon) {
            end = colon
        }
        if end > 1, authority[end - 1] == 46 { end -= 1 }
        return String(unsafeUninitializedCapacity: end) { out in
            for at in 0..<end { out[at] = ASCII.lower(authority[at]) }
            return end
        }
    }
}

enum RoutedPath {
    /// True when a segment is `.` or `..`, also percent-encoded: an endpoint might resolve it to a path that another
    /// rule leads elsewhere. Browsers and other clients resolve such segments before they send.
    static func hasDotSegment(_ path: UnsafeRawBufferPointer) -> Bool {
        let end = path.firstIndex { $0 == 63 || $0 == 35 } ?? path.count
        var at = 0
        while let slash = path.index(of: ASCII.slash, from: at), slash < end {
            at = slash + 1
            var (dots, cursor) = (0, at)
            while let next = dot(path, cursor, end) { (dots, cursor) = (dots + 1, next) }
            if (1...2).contains(dots), cursor == end || path[cursor] == ASCII.slash { return true }
        }
        return false
    }

    private static func dot(_ path: UnsafeRawBufferPointer, _ at: Int, _ end: Int) -> Int? {
        if at < end, path[at] == 46 { return at + 1 }
        guard at + 2 < end, path[at] == 37, path[at + 1] == 50, path[at + 2] | 32 == 101 else { return nil }
        return at + 3
    }
}
