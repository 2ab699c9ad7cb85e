import GantryBase
import Glibc

extension HookClient {
    /// In bytes: `mostUpdates` refs with names of a thousand letters.
    static let largestInput = 1 << 20

    struct Line: Sendable, Hashable {
        var old: String
        var new: String
        var ref: String
    }

    /// Reads standard input to its end, blocking: a hook has nothing else to do, and its git wrote all before.
    static func readInput(_ descriptor: Int32) throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let got = read(descriptor, &buffer, buffer.count)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw Descriptor.error("cannot read what git says", errno) }
            if got == 0 { break }
            bytes += buffer[..<got]
            guard bytes.count <= largestInput else { throw tooMany }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw GantryError(.invalid, "the name of a ref is not in UTF-8", hint: "rename the branch or tag")
        }
        return text
    }

    static func lines(of text: String) throws -> [Line] {
        let lines = try text.split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count == 3, ObjectName.isWhole(words[0]), ObjectName.isWhole(words[1]),
                words[2].hasPrefix("refs/")
            else {
                throw GantryError(.invalid, "cannot understand \"\(ObjectName.printable(String(line)))\"")
            }
            return Line(old: words[0], new: words[1], ref: words[2])
        }
        guard lines.count <= HookLimits.mostUpdates else { throw tooMany }
        return lines
    }

    private static var tooMany: GantryError {
        GantryError(
            .limit, "it changes more than \(HookLimits.mostUpdates) refs",
            hint: "push fewer branches or tags at once")
    }

    func updates(from lines: [Line]) async throws -> [RefUpdate] {
        var updates: [RefUpdate] = []
        for line in lines {
            var update = RefUpdate(ref: line.ref, old: line.old, new: line.new)
            update.isDeletion = ObjectName.isZero(line.new)
            if !update.isDeletion {
                switch kind {
                case .preReceive: try await inspect(&update)
                case .postReceive: update.subject = try await subject(of: line.new)
                }
            }
            updates.append(update)
        }
        return updates
    }

    private func inspect(_ update: inout RefUpdate) async throws {
        update.isFastForward = try await isFastForward(update)
        guard let branch = update.branch else { return }
        let reader = TreeFile(command: command([]))
        switch try await reader.find(Self.specificationPath, at: update.new) {
        case .noFile: break
        case .noCommit(let reason):
            throw GantryError(.invalid, "cannot read \(ObjectName.printable(branch)): \(reason)")
        case .otherKind:
            throw GantryError(
                .invalid, "\(Self.specificationPath) is no plain file in \(ObjectName.printable(branch))",
                hint: "a link or a folder cannot describe a service")
        case .file(let object, let size):
            guard size <= HookLimits.largestSpecification else {
                throw GantryError(
                    .limit,
                    "\(Self.specificationPath) has \(size) bytes; "
                        + "\(HookLimits.largestSpecification) are allowed")
            }
            let bytes = try await reader.content(of: object, limit: size)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw GantryError(.invalid, "\(Self.specificationPath) is not in UTF-8")
            }
            update.specification = text
        }
    }

    private func isFastForward(_ update: RefUpdate) async throws -> Bool {
        if ObjectName.isZero(update.old) { return true }
        let outcome = try await command(["merge-base", "--is-ancestor", update.old, update.new]).run()
        return outcome.exitCode == 0
    }

    private func subject(of commit: String) async throws -> String? {
        let outcome = try await command(["log", "-1", "--no-show-signature", "--format=%s", commit, "--"])
            .run()
        guard outcome.exitCode == 0 else { return nil }
        let text = String(decoding: outcome.output, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return ObjectName.printable(String(line), limit: GitRepositories.longestSubject)
    }

    /// With git's own environment, which leads into the quarantine.
    private func command(_ arguments: [String]) -> GitCommand {
        GitCommand(
            command: [git, "--literal-pathspecs"] + arguments, directory: directory, environment: environment)
    }
}
