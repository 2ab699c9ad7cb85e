import CGantry
import GantryBase
import Glibc
import Model

/// A request made ready for the kernel: C strings, and the descriptors of both sides.
// Safe: made by one thread, used by the spawning thread while the first waits, and finished by the first.
final class Launch: @unchecked Sendable {
    let request: ProcessRequest
    let programs: [String]
    let view: View
    private var strings: [UnsafeMutablePointer<CChar>] = []
    private var lists: [UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>] = []
    private var native = gantry_request()
    private var theirs: [Int32] = []
    private var ours: [Int32?] = [nil, nil, nil]

    init(_ request: ProcessRequest) throws(GantryError) {
        try Self.check(request)
        self.request = request
        programs = Self.candidates(request)
        view = try Self.view(request)
        native.programs = list(programs)
        native.arguments = list(request.command)
        native.variables = list(request.environment.map { "\($0.key)=\($0.value)" })
        native.groups = list(request.groupFiles)
        native.hidden = list(view.hidden)
        (native.covered, native.covers) = (list(view.covered), list(view.covers))
        native.directory = view.directory.map { UnsafePointer(string($0)) }
        native.visible = view.visible.map { UnsafePointer(string($0)) }
        if let size = request.sharedMemory, access("/dev/shm", F_OK) == 0 {
            native.shared_memory = UnsafePointer(string("size=\(size.bytes),mode=1777"))
        }
        native.open_files = request.openFileLimit ?? 0
        native.processes = request.processLimit ?? 0
        if let user = request.user {
            (native.change_user, native.uid, native.gid) = (1, user.uid, user.gid)
        }
        native.new_session = request.newSession ? 1 : 0
        native.die_with_parent = request.dieWithParent ? 1 : 0
        native.namespaces = request.namespaces ? 1 : 0
        native.no_new_privileges = request.noNewPrivileges ? 1 : 0
        try openStreams()
    }

    deinit {
        closeAll()
        for string in strings { string.deallocate() }
        for list in lists { list.deallocate() }
    }

    func start() -> Result<gantry_spawned, GantryError> {
        var spawned = gantry_spawned()
        if gantry_spawn(&native, &spawned) == 0 { return .success(spawned) }
        return .failure(error(of: spawned.failure))
    }

    /// Hands our pipe ends to the caller, who closes them from then on.
    func keepOurEnds() -> (input: Int32?, output: Int32?, error: Int32?) {
        defer { ours = [nil, nil, nil] }
        return (ours[0], ours[1], ours[2])
    }

    /// Closes what the child has copies of, and our ends where nobody took them.
    func closeAll() {
        for descriptor in theirs { close(descriptor) }
        for case let descriptor? in ours { close(descriptor) }
        theirs = []
        ours = [nil, nil, nil]
    }

    private func openStreams() throws(GantryError) {
        native.input = try open(request.input, 0)
        native.output = try open(request.output, 1)
        native.error = request.error == .sameAsOutput ? native.output : try open(request.error, 2)
    }

    private func open(_ stream: ProcessRequest.Stream, _ number: Int) throws(GantryError) -> Int32 {
        switch stream {
        case .descriptor(let descriptor): return descriptor
        case .sameAsOutput: throw GantryError(.internal, "only standard error can be the same as output")
        case .null:
            let null = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
            guard null >= 0 else { throw systemError("cannot open /dev/null") }
            theirs.append(null)
            return null
        case .pipe:
            var ends: [Int32] = [-1, -1]
            guard gantry_pipe(&ends) == 0 else { throw systemError("cannot make a pipe") }
            let childEnd = number == 0 ? ends[0] : ends[1]
            theirs.append(childEnd)
            ours[number] = number == 0 ? ends[1] : ends[0]
            return childEnd
        }
    }

    private func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        strings.append(copy)
        return copy
    }

    private func list(_ texts: [String]) -> UnsafePointer<UnsafeMutablePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { (list + index).initialize(to: string(text)) }
        (list + texts.count).initialize(to: nil)
        lists.append(list)
        return UnsafePointer(list)
    }
}
