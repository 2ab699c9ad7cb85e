package import GantryBase

/// The bounds of one file tail. Defaults suit a service that writes up to 20 MB/s into a few files.
package struct FileTailOptions: Sendable, Hashable {
    /// Where reading begins in a file that is there at the very first start; later ones are always read whole.
    package enum Start: String, Sendable, Hashable { case beginning, end }

    package var start = Start.beginning
    /// Only files of this user are read, if it is not nil: a service that chose the patterns must not read by them what
    /// its own programs may not.
    package var owner: UInt32?
    /// How often folders are listed: a file that is renamed twice within it is never seen.
    package var rescan = Period.milliseconds(250)
    /// How long the start of a line waits for its end.
    package var partialLine = Period.seconds(5)
    /// How long a renamed or deleted file is kept open after its last growth: its writer may not have noticed.
    package var lettingGo = Period.seconds(5)
    /// Bytes of a line; the rest is dropped and counted.
    package var lineBytes = 256 << 10
    /// Bytes of one file in one turn, so that a noisy one leaves time for the others.
    package var turnBytes = 256 << 10
    /// Bytes of all files in one `poll`, which is what its caller holds in memory.
    package var pollBytes = 2 << 20
    /// Files open at once.
    package var openFiles = 1024
    /// Renamed or deleted files among them, and the bytes of these that are not yet read: they hold disk space that
    /// the service believes is free.
    package var heldFiles = 64
    package var heldBytes = 1 << 30

    package init() {}
}

/// A path whose last part may hold `*` (any letters) and `?` (one letter); a leading dot is only matched by a dot.
struct FilePattern: Hashable {
    var folder: String
    var name: [UInt8]

    init(_ text: String) throws(GantryError) {
        guard text.hasPrefix("/"), let slash = text.lastIndex(of: "/"), !text.hasSuffix("/") else {
            throw GantryError(
                .invalid, "\(text) is no path of log files", hint: "write it as /data/log/*.log")
        }
        folder = slash == text.startIndex ? "/" : String(text[..<slash])
        name = Array(text[text.index(after: slash)...].utf8)
        guard !folder.contains("*"), !folder.contains("?") else {
            throw GantryError(
                .invalid, "\(text) has a pattern in the name of a folder",
                hint: "use * and ? in the last part of the path only, and name each folder")
        }
    }

    func path(_ name: String) -> String { folder == "/" ? "/" + name : folder + "/" + name }

    /// Compares with one step back to the last star, so its time is bounded by the product of the lengths.
    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        if text.first == UInt8(ascii: "."), name.first != UInt8(ascii: ".") { return false }
        var (at, read, star, mark) = (0, 0, -1, 0)
        while read < text.count {
            if at < name.count, name[at] == UInt8(ascii: "*") {
                (star, mark) = (at, read)
                at += 1
            } else if at < name.count, name[at] == text[read] || name[at] == UInt8(ascii: "?") {
                at += 1
                read += 1
            } else if star >= 0 {
                mark += 1
                (at, read) = (star + 1, mark)
            } else {
                return false
            }
        }
        return name[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
