package import GantryBase
import Glibc
import Wire

/// Follows the log files that match some patterns, across renaming, cutting off, deletion and restarts.
///
/// `poll` returns what is new; the owner puts it where it is safe, then gives the tokens to `acknowledge`, and from time
/// to time calls `savePositions`. After a restart reading goes on at the saved place: lines come at least once, and
/// once only if all were acknowledged and saved.
///
/// A file is known by device and inode, and by hashes of its first bytes and of those before the place, so that neither
/// a reused inode nor a rewritten file is taken for the old one. Works by listing folders and looking at sizes; needs
/// no notification from the kernel. One owner, on one thread.
package final class FileTail {
    let patterns: [FilePattern]
    let positionsPath: String
    var options: FileTailOptions
    /// In the order in which they were found.
    var files: [TailedFile] = []
    /// Of the last run, and not yet found again.
    var remembered: [FilePosition]
    let isFirstStart: Bool
    var hasScanned = false
    var nextScan = Timestamp(nanoseconds: .min)
    /// Which file has the first turn.
    var firstTurn = 0
    var counts = FileTailStatistics()
    private var nextNumber = 0
    private var notices: [GantryError] = []
    /// Paths that were complained about, so that each is said once.
    var unreadable: Set<String> = []

    /// A file is known, or known better, that the table on disk does not know: were it renamed and the process ended,
    /// nobody would find it again.
    var mustSave = false
    private var nextSave = Timestamp(nanoseconds: .min)

    /// Complaints that wait to be taken.
    static let noticeLimit = 100

    /// - Parameter positionsPath: the file that remembers places; its folder is made.
    package init(
        patterns: [String], positionsPath: String, options: FileTailOptions = FileTailOptions()
    ) throws(GantryError) {
        var parsed: [FilePattern] = []
        for text in patterns { parsed.append(try FilePattern(text)) }
        self.patterns = parsed
        self.positionsPath = positionsPath
        self.options = options
        let bytes = DiskFile.contents(positionsPath, limit: FilePositions.limit)
        guard bytes != nil || errno == ENOENT || errno == ENOTDIR else {
            throw DiskFile.error("read", positionsPath, errno)
        }
        isFirstStart = bytes == nil
        remembered = []
        if let bytes {
            do {
                remembered = try JSON.decode(FilePositions.self, from: bytes).files.filter {
                    $0.mark.offset >= 0
                }
            } catch {
                say(
                    GantryError(
                        .invalid,
                        "the file positions in \(positionsPath) cannot be read; all files are read anew",
                        cause: error))
            }
        }
    }

    deinit {
        for index in files.indices { files[index].close() }
    }

    /// Reads what is new, a bounded part of each file and of all; empty when nothing is.
    package func poll(now: Timestamp) -> [TailedLines] {
        if now >= nextScan || now + options.rescan + options.rescan < nextScan {
            scan(now)
            nextScan = now + options.rescan
        }
        var batches: [TailedLines] = []
        var room = options.pollBytes
        let count = files.count
        for turn in 0..<count where room > 0 {
            let index = (firstTurn + turn) % count
            guard files[index].file >= 0, let lines = turnOf(index, now) else { continue }
            room -= lines.bytes.count
            counts.lines += lines.lines.count
            counts.bytes += lines.bytes.count
            batches.append(lines)
            if room <= 0 { firstTurn = (index + 1) % count }
        }
        letGo(now)
        if mustSave, now >= nextSave {
            // Where this fails, the owner's own call will say so.
            do { try savePositions() } catch { nextSave = now + options.rescan }
        }
        return batches
    }

    /// Notes that these lines, and all before them of the same file, are safe.
    package func acknowledge(_ token: FileTailToken) {
        guard let index = files.firstIndex(where: { $0.number == token.file }) else { return }
        files[index].acknowledge(token)
        if files[index].file < 0, files[index].isSettled { files.remove(at: index) }
    }

    /// Writes the acknowledged places, in one step; `poll` does it too when it has found a file.
    ///
    /// - Throws: `unavailable` when the disk refuses; the old places stay then, and calling again is enough.
    package func savePositions() throws(GantryError) {
        let table = FilePositions(files: files.map(\.position) + remembered)
        let bytes: [UInt8]
        do {
            bytes = try JSON.encode(table)
        } catch {
            throw GantryError(.internal, "file positions cannot be written as JSON", cause: error)
        }
        if let slash = positionsPath.lastIndex(of: "/") {
            _ = DiskFile.makeFolder(String(positionsPath[..<slash]))
        }
        let failed = DiskFile.replace(positionsPath, with: bytes)
        guard failed == 0 else { throw DiskFile.error("write", positionsPath, failed) }
        mustSave = false
    }

    package var statistics: FileTailStatistics {
        var result = counts
        for file in files where file.file >= 0 {
            result.openFiles += 1
            result.heldFiles += file.isHeld ? 1 : 0
            result.unreadBytes += file.unread
        }
        result.unreadableFiles = unreadable.count
        return result
    }

    /// What people should be told, once each.
    package func takeNotices() -> [GantryError] {
        defer { notices = [] }
        return notices
    }

    func say(_ notice: GantryError) {
        if notices.count < Self.noticeLimit { notices.append(notice) }
    }

    func takeNumber() -> Int {
        nextNumber += 1
        return nextNumber
    }
}
