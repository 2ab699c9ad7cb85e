import GantryBase
import Glibc

extension Spool {
    /// What the folder says, before anything is changed in it.
    struct Found {
        var map: SpoolMap
        var ledger: SpoolLedger
        var opening: SpoolOpening
    }

    static func takeLock(_ directory: String) throws(GantryError) -> Int32 {
        let failed = DiskFile.makeFolder(directory)
        guard failed == 0 || failed == EROFS else { throw DiskFile.error("make", directory, failed) }
        chmod(directory, 0o700)
        let path = directory + "/" + lockName
        var file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file < 0, errno == EROFS { file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard file >= 0 else { throw DiskFile.error("open", path, errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(file)
            throw GantryError(
                .conflict, "the spool \(directory) is used by another process",
                hint: "give each agent a spool folder of its own")
        }
        return file
    }

    static func look(_ directory: String, _ ledgerFile: Int32) throws(GantryError) -> Found {
        guard let names = DiskFile.names(in: directory) else {
            throw DiskFile.error("read", directory, errno)
        }
        var opening = SpoolOpening()
        let saved = ledgerFile >= 0 ? SpoolLedger.read(ledgerFile) : nil
        var segments: [SpoolMap.Segment] = []
        for name in names {
            guard name.hasSuffix(segmentEnding), name.utf8.count == 16 + segmentEnding.utf8.count,
                let first = UInt64(name.prefix(16), radix: 16), first > 0, first < SpoolMap.lastID
            else { continue }
            var status = stat()
            guard lstat(directory + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                continue
            }
            segments.append(SpoolMap.Segment(first: first, bytes: Int(status.st_size)))
        }
        var ledger = saved ?? SpoolLedger()
        if saved == nil {
            var status = stat()
            opening.ledgerUnreadable =
                ledgerFile >= 0 && fstat(ledgerFile, &status) == 0 && status.st_size > 0
            ledger.acknowledged = segments.first?.first ?? 1
        }
        var end = max(ledger.durable, ledger.acknowledged)
        if let last = segments.last {
            let tail = try readTail(directory, last)
            segments[segments.count - 1].bytes = tail.bytes
            opening.tornBytes = tail.torn
            opening.damaged = tail.damaged
            opening.lostEvents = max(end, tail.end) - max(tail.end, ledger.acknowledged)
            // Ids go on where the disk once was, so that what is missing shows as a gap before a new segment.
            if end > tail.end || tail.damaged {
                end = max(end, tail.end)
                segments.append(SpoolMap.Segment(first: end, bytes: 0))
            } else {
                end = tail.end
            }
        }
        var map = SpoolMap(segments: segments, end: end, ledger: ledger)
        map.noteLost(ledger.acknowledged..<max(ledger.acknowledged, map.segments[0].first))
        if isRight(ledger.resume, directory, map) { map.seek(ledger.resume) }
        return Found(map: map, ledger: ledger, opening: opening)
    }

    private struct Tail {
        /// Bytes that count; what lies behind them is cut off.
        var bytes = 0
        var end: UInt64
        var torn = 0
        var damaged = false
    }

    /// Walks over the records of the last segment, to which a dying process may have written half a record.
    private static func readTail(
        _ directory: String, _ segment: SpoolMap.Segment
    ) throws(GantryError) -> Tail {
        let path = directory + "/" + segmentName(segment.first)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw DiskFile.error("read", path, errno) }
        defer { Glibc.close(file) }
        var window = SegmentWindow()
        var tail = Tail(end: segment.first)
        while tail.bytes < segment.bytes {
            let header: SpoolHeader? = window.withRecord(
                file, at: tail.bytes, id: tail.end, limit: segment.bytes
            ) { found in
                switch found {
                case .record(let header, _): header
                // With something behind it, it was whole once.
                case .damaged(let header) where tail.bytes + header.recordBytes < segment.bytes: header
                case .damaged, .unreadable: nil
                }
            }
            if let header {
                tail.bytes += header.recordBytes
                tail.end = header.end
            } else if let (offset, next) = window.nextHeader(
                file, after: tail.bytes, id: tail.end, limit: segment.bytes)
            {
                tail.damaged = true
                tail.bytes = offset + next.recordBytes
                tail.end = next.end
            } else {
                break
            }
        }
        tail.torn = segment.bytes - tail.bytes
        return tail
    }

    /// Whether the record that the ledger points at is there; else reading begins at the first segment.
    private static func isRight(_ place: SpoolMap.Place, _ directory: String, _ map: SpoolMap) -> Bool {
        guard let segment = map.segments.first(where: { $0.first == place.segment }),
            place.offset < segment.bytes, place.id <= map.acknowledged
        else { return false }
        let file = open(directory + "/" + segmentName(segment.first), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { Glibc.close(file) }
        var window = SegmentWindow()
        return window.withRecord(file, at: place.offset, id: place.id, limit: segment.bytes) { found in
            if case .record = found { true } else { false }
        }
    }
}
