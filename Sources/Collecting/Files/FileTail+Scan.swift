import GantryBase
import Glibc

extension FileTail {
    /// Looks which files are there: opens new ones, and notes which open ones lost their name.
    func scan(_ now: Timestamp) {
        var seen: Set<FileIdentity> = []
        var refused: Set<String> = []
        var known: [FileIdentity: Int] = [:]
        for (index, file) in files.enumerated() where file.file >= 0 { known[file.identity] = index }
        for path in matchingPaths(&refused) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                if errno != ENOENT { refuse(path, errno, &refused) }
                continue
            }
            guard status.st_mode & S_IFMT == S_IFREG else { continue }
            let identity = FileIdentity(status)
            if let index = known[identity] {
                if !seen.contains(identity) { files[index].path = path }
                seen.insert(identity)
            } else if !seen.contains(identity) {
                guard let opened = open(path, now, &refused) else { continue }
                known[opened] = files.count - 1
                seen.insert(opened)
            }
        }
        if !hasScanned { findRenamed(now, &known, refused) }
        for index in files.indices where files[index].file >= 0 {
            let isHeld = !seen.contains(files[index].identity)
            if isHeld, !files[index].isHeld { files[index].grown = max(files[index].grown, now) }
            files[index].isHeld = isHeld
        }
        unreadable.formIntersection(refused)
        hasScanned = true
    }

    private func matchingPaths(_ refused: inout Set<String>) -> [String] {
        var paths: [String] = []
        for folder in Set(patterns.map(\.folder)).sorted() {
            guard let names = DiskFile.names(in: folder) else {
                if errno != ENOENT { refuse(folder, errno, &refused) }
                continue
            }
            let here = patterns.filter { $0.folder == folder }
            for name in names where here.contains(where: { $0.matches(name) }) {
                paths.append(here[0].path(name))
            }
        }
        return paths
    }

    /// Opens a file that is not yet followed; nil when it cannot be. The identity is that of what was opened, since the
    /// name may have gone to another file meanwhile.
    private func open(_ path: String, _ now: Timestamp, _ refused: inout Set<String>) -> FileIdentity? {
        guard files.count < options.openFiles else {
            refuse(path, EMFILE, &refused)
            return nil
        }
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno != ENOENT { refuse(path, errno, &refused) }
            return nil
        }
        var status = stat()
        let identity = fstat(file, &status) == 0 ? FileIdentity(status) : nil
        guard let identity, status.st_mode & S_IFMT == S_IFREG,
            !files.contains(where: { $0.identity == identity && $0.file >= 0 })
        else {
            Glibc.close(file)
            return nil
        }
        guard isAllowed(status) else {
            Glibc.close(file)
            refuse(path, refused: &refused, "belongs to another user")
            return nil
        }
        var resume = recall(identity, file)
        if resume == nil, isFirstStart, !hasScanned, options.start == .end {
            resume = Self.endOf(file, Int(status.st_size), identity, path)
        }
        files.append(
            TailedFile(
                number: takeNumber(), path: path, file: file, status: status, resume: resume, now: now))
        mustSave = true
        return identity
    }

    /// The remembered place of an open file: its start, if it was cut off since; nil if it is another file by now.
    ///
    /// The device alone may differ: its number changes when a machine starts anew.
    private func recall(_ identity: FileIdentity, _ file: Int32) -> FilePosition? {
        var cutOff: Int?
        for (index, position) in remembered.enumerated() where position.inode == identity.inode {
            if position.device != identity.device, position.mark.headBytes < FileMark.tailLimit { continue }
            switch position.mark.verdict(on: file) {
            case .same: return remembered.remove(at: index)
            case .truncated where position.device == identity.device: cutOff = index
            case .truncated, .other: continue
            }
        }
        guard let cutOff else { return nil }
        var position = remembered.remove(at: cutOff)
        (position.mark, position.cutting) = (FileMark(), false)
        counts.truncations += 1
        return position
    }

    private static func endOf(_ file: Int32, _ size: Int, _ identity: FileIdentity, _ path: String)
        -> FilePosition
    {
        var mark = FileMark(offset: size)
        var tail = [UInt8](repeating: 0, count: min(size, FileMark.tailLimit))
        _ = DiskFile.read(file, into: &tail, at: size - tail.count)
        mark.tailHash = FileMark.hash(tail)
        let cutting = tail.last.map { $0 != 10 } ?? false
        return FilePosition(
            device: identity.device, inode: identity.inode, path: path, mark: mark, cutting: cutting)
    }

    /// Finds files of the last run that were renamed, within their folder, to names that match no pattern: their
    /// ends are still to be read. Places in files and folders that cannot be read now are kept.
    private func findRenamed(
        _ now: Timestamp, _ known: inout [FileIdentity: Int], _ refused: Set<String>
    ) {
        var hidden: Set<String> = []
        for folder in Set(remembered.map { Self.folder(of: $0.path) }).sorted() {
            guard let names = DiskFile.names(in: folder) else {
                hidden.insert(folder)
                continue
            }
            for name in names {
                let path = folder + "/" + name
                var status = stat()
                guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                    known[FileIdentity(status)] == nil,
                    remembered.contains(where: {
                        $0.inode == FileIdentity(status).inode && Self.canBe($0, name)
                    })
                else { continue }
                let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
                guard file >= 0 else { continue }
                guard fstat(file, &status) == 0, isAllowed(status),
                    let resume = recall(FileIdentity(status), file)
                else {
                    Glibc.close(file)
                    continue
                }
                known[FileIdentity(status)] = files.count
                files.append(
                    TailedFile(
                        number: takeNumber(), path: path, file: file, status: status, resume: resume, now: now
                    ))
            }
        }
        let kept = remembered.filter {
            refused.contains($0.path) || hidden.contains(Self.folder(of: $0.path))
        }
        let missing = remembered.filter { !kept.contains($0) }
        counts.missingFiles += missing.count
        for position in missing {
            say(
                GantryError(
                    .notFound,
                    "\(position.path), which was read before, is gone: lines at its end may be lost",
                    hint: "let rotation keep at least one old file uncompressed"))
        }
        remembered = kept
    }

    /// Whether a file of this name may be the remembered one. A file that was empty is known by its number alone, which
    /// any new file may have got; then the name must be made from the old one, and of no archive.
    private static func canBe(_ position: FilePosition, _ name: String) -> Bool {
        if position.mark.headBytes > 0 { return true }
        let old = position.path[(position.path.lastIndex(of: "/") ?? position.path.startIndex)...].dropFirst()
        let stem = old.prefix { $0 != "." }
        return name.hasPrefix(stem) && ![".gz", ".zst", ".bz2", ".xz"].contains(where: name.hasSuffix)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private func isAllowed(_ status: stat) -> Bool { options.owner.map { $0 == status.st_uid } ?? true }

    private func refuse(_ path: String, refused: inout Set<String>, _ why: String) {
        refused.insert(path)
        guard unreadable.insert(path).inserted else { return }
        say(
            GantryError(
                .forbidden, "\(path) is not read: it \(why)",
                hint: "let the program write it, as the user of its business"))
    }

    private func refuse(_ path: String, _ number: Int32, _ refused: inout Set<String>) {
        refused.insert(path)
        if unreadable.insert(path).inserted { say(DiskFile.error("read", path, number)) }
    }
}
