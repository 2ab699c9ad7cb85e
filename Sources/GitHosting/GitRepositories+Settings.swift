import Foundation
import GantryBase
import Glibc
import Model

extension GitRepositories {
    /// Writes the repository's whole configuration and its hooks, each in one step, so that a push beside it sees
    /// either the old or the new.
    func writeSettings(at path: String, for service: ServiceName) throws {
        try FileSync.replace("\(path)/config", with: configuration)
        if mkdir("\(path)/hooks", 0o755) != 0 && errno != EEXIST {
            throw FileSync.error("cannot make \(path)/hooks")
        }
        for kind in HookKind.allCases {
            try FileSync.replace(
                "\(path)/hooks/\(kind.rawValue)", with: script(for: kind, of: service), mode: 0o755)
        }
    }

    /// - Note: A push that is no fast-forward is let through here: protected branches refuse it in the hook, others
    ///   are their owner's. `gc` is never run by a push (`maintain`). Objects are on disk before a push is answered
    ///   (`core.fsync`). Large files are streamed instead of held in memory.
    private var configuration: String {
        """
        [core]
        \trepositoryformatversion = 0
        \tfilemode = true
        \tbare = true
        \tlogAllRefUpdates = always
        \tfsync = committed
        \tbigFileThreshold = 16m
        [receive]
        \tfsckObjects = true
        \tmaxInputSize = \(largestPush.bytes)
        \tautogc = false
        \tdenyNonFastForwards = false
        [transfer]
        \thideRefs = refs/gantry
        [uploadpack]
        \tallowFilter = true
        [http]
        \treceivepack = true
        \tgetanyfile = false
        [gc]
        \tauto = 0
        [pack]
        \twindowMemory = 64m
        \tthreads = 2

        """
    }

    private func script(for kind: HookKind, of service: ServiceName) -> String {
        let words = hook + [kind.rawValue, service.path]
        let quoted = words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }
        return "#!/bin/sh\nexec \(quoted.joined(separator: " "))\n"
    }
}

/// Writes files so that they are whole after a crash.
enum FileSync {
    /// Does nothing when the file has this content.
    static func replace(_ path: String, with text: String, mode: mode_t = 0o644) throws {
        if let present = FileManager.default.contents(atPath: path), present == Data(text.utf8) { return }
        let temporary = "\(path).\(RandomName.make(length: 8)).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw error("cannot write \(path)") }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let put = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if put < 0 && errno == EINTR { continue }
            if put <= 0 { break }
            bytes = bytes.dropFirst(put)
        }
        guard bytes.isEmpty, fchmod(file, mode) == 0, fsync(file) == 0, rename(temporary, path) == 0 else {
            let failure = error("cannot write \(path)")
            close(file)
            unlink(temporary)
            throw failure
        }
        close(file)
    }

    static func folder(_ path: String) throws {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw error("cannot open \(path)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw error("cannot write \(path)") }
    }

    static func error(_ what: String) -> GantryError {
        GantryError(
            .unavailable, "\(what): \(String(cString: strerror(errno)))",
            hint: "check permissions and free space there")
    }
}
