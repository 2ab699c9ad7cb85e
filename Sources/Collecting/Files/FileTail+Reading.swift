import GantryBase
import Glibc

extension FileTail {
    /// Gives a file its turn: nil when nothing of it is new.
    func turnOf(_ index: Int, _ now: Timestamp) -> TailedLines? {
        var status = stat()
        guard fstat(files[index].file, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        let touched =
            status.st_mtim.tv_sec != files[index].modified.tv_sec
            || status.st_mtim.tv_nsec != files[index].modified.tv_nsec
        if size != files[index].size { files[index].grown = now }
        files[index].modified = status.st_mtim
        let unread = files[index].unread
        if size < files[index].offset { cutOff(index, losing: unread) }
        files[index].size = size
        if size == files[index].offset {
            // Cut off and grown to the same size again shows only in the bytes.
            guard touched, size > 0, !marksFit(index) else { return nil }
            cutOff(index, losing: unread)
        }
        let takesRest: Bool
        if let waiting = files[index].waitingAt, waiting == size {
            let age = now - files[index].grown
            let wait = files[index].isHeld ? min(options.partialLine, options.lettingGo) : options.partialLine
            guard age >= wait else { return nil }
            takesRest = true
        } else {
            takesRest = false
        }
        guard size > files[index].offset else { return nil }
        return read(index, size, takesRest: takesRest, unreadBefore: unread)
    }

    private func read(
        _ index: Int, _ size: Int, takesRest: Bool, unreadBefore: Int
    ) -> TailedLines? {
        var wanted = min(size - files[index].offset, options.turnBytes)
        for _ in 0..<2 {
            let before = files[index].tail.count
            let start = files[index].offset - before
            let file = files[index].file
            var got = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: before + wanted) { buffer, count in
                let space = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: before + wanted)
                got = DiskFile.read(file, space, at: start)
                count = max(0, got)
            }
            // After the read, so that a cut before it shows.
            guard got >= before, bytes[..<before] == files[index].tail[...],
                files[index].saved.headFits(file)
            else {
                if got >= 0 { cutOff(index, losing: unreadBefore) }
                return nil
            }
            let cut = bytes.withUnsafeBytes {
                LineCut(
                    $0, from: before, limit: options.lineBytes, cutting: files[index].cutting,
                    takesRest: takesRest)
            }
            guard cut.end > before else {
                // The line goes on behind what one turn reads.
                let all = min(size - files[index].offset, options.lineBytes + 1)
                if wanted < all {
                    wanted = all
                    continue
                }
                files[index].waitingAt = files[index].offset + got - before
                return nil
            }
            return take(index, bytes, cut, before)
        }
        return nil
    }

    private func take(_ index: Int, _ bytes: [UInt8], _ cut: LineCut, _ before: Int) -> TailedLines {
        let read = files[index].offset + bytes.count - before
        files[index].offset += cut.end - before
        files[index].tail = Array(bytes[max(0, cut.end - FileMark.tailLimit)..<cut.end])
        files[index].cutting = cut.cutting
        files[index].waitingAt = read >= files[index].size && cut.end < bytes.count ? read : nil
        if files[index].growHead() { mustSave = true }
        counts.cutLines += cut.cutLines
        counts.cutBytes += cut.cutBytes
        return TailedLines(
            path: files[index].path, bytes: bytes, lines: cut.lines, cutBytes: cut.cutBytes,
            token: files[index].token)
    }

    private func marksFit(_ index: Int) -> Bool {
        var tail = files[index].tail
        let got = DiskFile.read(files[index].file, into: &tail, at: files[index].offset - tail.count)
        return got < 0
            || got == tail.count && tail == files[index].tail
                && files[index].saved.headFits(files[index].file)
    }

    /// - Parameter bytes: what was known to be there and not read.
    private func cutOff(_ index: Int, losing bytes: Int) {
        counts.truncations += 1
        counts.truncatedBytes += bytes
        files[index].restart()
        mustSave = true
        files[index].growHead()
    }

    /// Closes renamed and deleted files that are read to their end, and the oldest of those beyond the bounds.
    func letGo(_ now: Timestamp) {
        for index in files.indices where files[index].isHeld && files[index].file >= 0 {
            guard files[index].unread == 0, now - files[index].grown >= options.lettingGo else { continue }
            // It may not have had its turn since it last grew.
            var status = stat()
            if fstat(files[index].file, &status) != 0 || Int(status.st_size) <= files[index].offset {
                files[index].close()
            }
        }
        while true {
            let held = files.indices.filter { files[$0].isHeld && files[$0].file >= 0 }
            let bytes = held.reduce(0) { $0 + files[$1].unread }
            guard let oldest = held.first, held.count > options.heldFiles || bytes > options.heldBytes else {
                break
            }
            let unread = files[oldest].unread
            if unread > 0 {
                counts.abandonedFiles += 1
                counts.abandonedBytes += unread
                say(
                    GantryError(
                        .limit, "\(files[oldest].path) was rotated and let go with \(unread) bytes unread",
                        hint: "the far side takes logs too slowly; see the spool of this service"))
            }
            files[oldest].close()
        }
        files.removeAll { $0.file < 0 && $0.isSettled }
        if firstTurn >= files.count { firstTurn = 0 }
    }
}
