package import GantryBase
import Glibc

extension Spool {
    /// Gives out the next records on disk: at least one when there is one, and no more than `maxBytes` of payload
    /// otherwise. Empty when all are given out, or when too many wait for their acknowledgement.
    ///
    /// Damage is passed over and counted: a damaged payload costs its record, a damaged header the rest of its segment.
    ///
    /// - Throws: `unavailable` when a segment cannot be opened now; nothing is passed over then.
    package func next(maxBytes: Int) throws(GantryError) -> [SpoolRecord] {
        var records: [SpoolRecord] = []
        var room = maxBytes
        let lostBefore = map.allLostEvents
        defer { if map.allLostEvents != lostBefore { noteProgress() } }
        while map.inFlight < SpoolLimits.recordsInFlight {
            guard let index = map.readerSegment else { break }
            let segment = map.segments[index]
            guard map.reader.offset < segment.bytes else {
                if index + 1 == map.segments.count { break }
                map.leaveSegment()
                continue
            }
            guard let file = try openForReading(segment.first) else {
                map.leaveSegment()
                continue
            }
            let acknowledged = map.acknowledged
            enum Step {
                case take(SpoolHeader, SpoolRecord?)
                case skip(SpoolHeader)
                case leave
                case full
            }
            let step: Step = window.withRecord(
                file, at: map.reader.offset, id: map.reader.id, limit: segment.bytes
            ) { found in
                switch found {
                case .unreadable: return .leave
                case .damaged(let header): return .skip(header)
                case .record(let header, let payload):
                    if header.end <= acknowledged { return .take(header, nil) }
                    if header.length > room && !records.isEmpty { return .full }
                    return .take(
                        header,
                        SpoolRecord(
                            id: header.id, events: header.events,
                            appended: Timestamp(nanoseconds: header.nanoseconds), payload: [UInt8](payload)))
                }
            }
            switch step {
            case .take(let header, let record):
                map.advance(over: header, handedOut: record != nil)
                guard let record else { continue }
                room -= header.length
                records.append(record)
            case .skip(let header): map.skip(header)
            case .leave: map.leaveSegment()
            case .full: return records
            }
        }
        return records
    }

    /// Lets go of all records that were given out and end at or before `id`: pass the `end` of the last that arrived.
    ///
    /// Safe to repeat. Segments are deleted as soon as all their records are acknowledged.
    package func acknowledge(upTo id: UInt64) {
        guard map.acknowledge(upTo: id) else { return }
        noteProgress()
    }

    /// Gives out again, from the first, what is not acknowledged.
    package func rewind() { map.rewind() }

    private func noteProgress() {
        let done = map.segments.count
        removeDone()
        if map.segments.count == done { writeLedger() }
    }

    /// Nil when the segment is gone.
    private func openForReading(_ segment: UInt64) throws(GantryError) -> Int32? {
        if let readFile, readFile.segment == segment { return readFile.file }
        if let readFile { Glibc.close(readFile.file) }
        readFile = nil
        window.forget()
        let file = open(path(segment), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file < 0 {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw DiskFile.error("read", path(segment), errno)
        }
        readFile = (segment, file)
        return file
    }

    /// The age of the record at the acknowledgement, from its header.
    func oldestAge() -> Period? {
        let now = time.now()
        var place = map.resume
        if let index = map.segments.firstIndex(where: { $0.first == place.segment }),
            place.offset >= map.segments[index].bytes, index + 1 < map.segments.count
        {
            place = SpoolMap.Place(segment: map.segments[index + 1].first, offset: 0, id: place.id)
        }
        if let segment = map.segments.first(where: { $0.first == place.segment }),
            place.offset < segment.bytes
        {
            let file = open(path(place.segment), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard file >= 0 else { return nil }
            defer { Glibc.close(file) }
            var bytes = [UInt8](repeating: 0, count: SpoolHeader.size)
            guard DiskFile.read(file, into: &bytes, at: place.offset) == bytes.count,
                let header = bytes.withUnsafeBytes({ SpoolHeader($0) })
            else { return nil }
            return now - Timestamp(nanoseconds: header.nanoseconds)
        }
        return pending.isEmpty ? nil : now - Timestamp(nanoseconds: pendingSince)
    }
}
