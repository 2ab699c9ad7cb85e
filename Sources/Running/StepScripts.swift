import GantryBase
import Glibc
import Model
import Supervision

/// What each kind of step runs, as plans for its agent.
struct StepScripts: Sendable {
    let places: StepPlaces
    let limits: StepLimits
    /// The command that writes a commit as a tar archive to standard output.
    let archive: @Sendable (String, ServiceName) throws -> [String]

    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    static func title(_ id: StepID, _ kind: StepKind) -> String { "\(id.run) \(kind.rawValue)" }

    func plan(for job: StepJob, user: ProcessUser?) throws -> StepPlan {
        let folder = places.step(job.id)
        // Checking out reads the repository, which only the server may.
        let trusted = job.kind == .checkout
        let confined = user != nil && !trusted
        let support = ControlGroup.available()
        return StepPlan(
            title: Self.title(job.id, job.kind), command: try command(for: job, user: user),
            directory: trusted ? "/" : places.workspace(of: job.id.run),
            environment: trusted ? checkoutEnvironment(job) : environment(for: job),
            user: trusted ? nil : user, namespaces: confined,
            // All of ours but the workspace, which stays visible as the working directory.
            hiddenPaths: confined ? [places.data] : [],
            temporaryFolder: confined ? places.temporary(of: job.id) : nil,
            limits: confined || support.memory || support.processes
                ? ProcessLimits(
                    cpu: nil, memory: limits.memory, processes: limits.processes, group: group(of: job.id))
                : nil,
            diskLimit: DiskLimit(
                folder: places.workspace(of: job.id.run), size: limits.disk, files: limits.files),
            timeLimit: limits.time, outputLimit: limits.output,
            logFile: folder.log, resultFile: folder.result, agentFile: folder.identity)
    }

    /// One for each data directory of the machine and each step: a group of an equal name would be ended.
    private func group(of id: StepID) -> String {
        var facts = stat()
        _ = stat(places.data, &facts)
        let place = String(facts.st_dev, radix: 16) + "." + String(facts.st_ino, radix: 16)
        let run = id.run.path.map { $0 == "/" ? "." : String($0) }.joined()
        return "gantry-step.\(place).\(run).\(id.stage).\(id.step).\(id.attempt)"
    }

    private func command(for job: StepJob, user: ProcessUser?) throws -> [String] {
        switch job.kind {
        case .checkout: try checkout(job, user: user)
        case .lint: shell(job.build.lint, "lint")
        case .test: shell(job.build.test, "test")
        case .build: build(job)
        case .release: ["/bin/echo", "the release is made by the server"]
        }
    }

    /// `-e` ends at the first command that fails, `-u` at the first variable that is not set.
    private func shell(_ command: String?, _ name: String) -> [String] {
        guard let command else { return ["/bin/echo", "service.yaml has no \(name) command: nothing to do"] }
        return ["/bin/sh", "-euc", "cd source; exec /bin/sh -euc \"$1\"", name, command]
    }

    /// Reads the commit as the server, and unpacks it as the business's user, so that nothing in it can be written where
    /// that user may not write. The folders are made anew: their parent is ours, and what an earlier attempt left in
    /// them is not trusted.
    private func checkout(_ job: StepJob, user: ProcessUser?) throws -> [String] {
        let script = """
            workspace=$1; tar=$2; uid=$3; gid=$4; shift 4
            trap 'rm -f -- "$tar"' EXIT
            "$@" > "$tar"
            cd "$workspace"
            rm -rf --one-file-system source home out
            mkdir -m 0700 source home out
            if [ -n "$uid" ]; then
                chown "$uid:$gid" source home out
                cd source
                setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \\
                    tar -xf - --no-same-permissions < "$tar"
            else
                cd source
                tar -xf - --no-same-owner --no-same-permissions < "$tar"
            fi
            echo "checked out $CI_COMMIT_SHA"
            """
        return [
            "/bin/sh", "-euc", script, "checkout", places.workspace(of: job.id.run),
            // In the workspace, so that the limit of its disk holds for what a small commit may unpack to.
            places.workspace(of: job.id.run) + "/source.tar", user.map { "\($0.uid)" } ?? "",
            user.map { "\($0.gid)" } ?? "",
        ] + (try archive(job.commit, job.id.run.service))
    }

    /// Runs the build command, then packs what goes into the artifact: sorted, with modes made even, without owners and
    /// times, so that equal content has equal bytes.
    private func build(_ job: StepJob) -> [String] {
        let script = """
            command=$1; out=$2; shift 2
            rm -rf -- "$out" "$out.tmp" "$out.partial"
            cd source
            if [ -n "$command" ]; then /bin/sh -euc "$command"; fi
            here=$(pwd -P)
            for path in "$@"; do
                real=$(realpath -e -- "$path" 2> /dev/null) || {
                    echo "build.output names $path, which the build did not make" >&2; exit 66
                }
                case "$real/" in
                "$here"/*) ;;
                *) echo "build.output names $path, which leads out of the source folder" >&2; exit 65 ;;
                esac
            done
            tar --create --file "$out.tmp" --format=posix --sort=name --mtime=@0 \\
                --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \\
                --owner=0 --group=0 --numeric-owner --mode=u+rw,a+rX,go-w,ug-s \\
                --exclude=./.git -- "$@"
            gzip --no-name --fast --stdout "$out.tmp" > "$out.partial"
            mv -T -- "$out.partial" "$out"
            rm -f -- "$out.tmp"
            echo "packed $(wc -c < "$out") bytes"
            """
        let output = job.build.output.isEmpty ? ["."] : job.build.output
        return [
            "/bin/sh", "-euc", script, "build", job.build.command ?? "", places.builtArchive(of: job.id.run),
        ] + output
    }

    private func environment(for job: StepJob) -> [String: String] {
        let home = places.home(of: job.id.run)
        var environment = facts(of: job)
        environment.merge(["PATH": toolPath, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"]) { $1 }
        environment.merge(job.environment) { $1 }
        return environment
    }

    /// Nothing that a person wrote, and no home: git would read its settings there, and settings name programs.
    private func checkoutEnvironment(_ job: StepJob) -> [String: String] {
        facts(of: job).merging([
            "PATH": Self.path, "HOME": "/nonexistent", "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            // A data directory that was restored by another user is still ours.
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        ]) { $1 }
    }

    private func facts(of job: StepJob) -> [String: String] {
        let run = job.id.run
        return [
            "CI": "true", "CI_COMMIT_SHA": job.commit, "CI_COMMIT_BRANCH": job.branch,
            "CI_PIPELINE_NUMBER": "\(run.number)", "CI_STEP_NAME": job.kind.rawValue,
            "CI_STEP_ATTEMPT": "\(job.id.attempt)", "CI_REPO": run.service.path,
            "CI_WORKSPACE": places.source(of: run), "GANTRY_SERVICE": run.service.path,
            "GANTRY_RUN": run.path,
        ]
    }

    /// The server's own path behind the usual one, so that compilers installed elsewhere are found.
    private var toolPath: String {
        let server = getenv("PATH").map { String(cString: $0) } ?? ""
        let usual = Self.path.split(separator: ":")
        let own = server.split(separator: ":").filter { folder in
            folder.hasPrefix("/") && !folder.hasPrefix("/root") && !usual.contains(folder)
        }
        return ([Self.path] + own.map(String.init)).joined(separator: ":")
    }
}
