import GantryBase
import Model

/// What each kind of step runs, as plans for its agent.
struct StepScripts: Sendable {
    /// The command that writes a commit as a tar archive to standard output.
    let archive: @Sendable (String, ServiceName) throws -> [String]

    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    func plan(for job: StepJob, user: ProcessUser?, in places: StepPlaces) throws -> StepPlan {
        let id = job.id
        let folder = places.step(id)
        // Checking out reads the repository, which only the server may; the commit's own code does not run there.
        let trusted = job.kind == .checkout
        return StepPlan(
            title: "\(id.run) \(job.kind.rawValue)", command: try command(for: job, user: user, in: places),
            directory: places.source(of: id.run), environment: environment(for: job, in: places),
            user: trusted ? nil : user, namespaces: user != nil && !trusted,
            hiddenPaths: user == nil || trusted ? [] : [places.runs],
            limits: user == nil
                ? nil
                : ProcessLimits(
                    cpu: nil, memory: ProcessStepExecutor.memoryLimit, group: "gantry-step-" + key(of: id)),
            timeLimit: ProcessStepExecutor.timeLimit, outputLimit: ProcessStepExecutor.outputLimit,
            logFile: folder + "/log", resultFile: folder + "/result.json", agentFile: folder + "/agent.json")
    }

    private func key(of id: StepID) -> String {
        id.run.path.map { $0 == "/" ? "-" : String($0) }.joined() + "-\(id.stage)-\(id.step)-\(id.attempt)"
    }

    private func command(
        for job: StepJob, user: ProcessUser?, in places: StepPlaces
    ) throws -> [String] {
        switch job.kind {
        case .checkout: try checkout(job, user: user, in: places)
        case .lint: shell(job.build.lint, "lint")
        case .test: shell(job.build.test, "test")
        case .build: build(job, in: places)
        case .release: ["/bin/echo", "the release is made by the server"]
        }
    }

    /// `-e` ends at the first command that fails, `-u` at the first variable that is not set.
    private func shell(_ command: String?, _ name: String) -> [String] {
        guard let command else { return ["/bin/echo", "service.yaml has no \(name) command: nothing to do"] }
        return ["/bin/sh", "-euc", command]
    }

    private func checkout(
        _ job: StepJob, user: ProcessUser?, in places: StepPlaces
    ) throws -> [String] {
        let script = """
            out=$1; owner=$2; shift 2
            "$@" > "$out/source.tar"
            find . -mindepth 1 -delete
            tar -xf "$out/source.tar" --no-same-owner
            rm -f "$out/source.tar"
            [ -z "$owner" ] || chown -hR "$owner" .
            echo "checked out $CI_COMMIT_SHA"
            """
        let owner = user.map { "\($0.uid):\($0.gid)" } ?? ""
        // Beside the workspace, where the business's user cannot lay a trap.
        return ["/bin/sh", "-euc", script, "checkout", places.step(job.id), owner]
            + (try archive(job.commit, job.id.run.service))
    }

    /// Runs the build command, then packs what goes into the artifact: sorted, without owners and times, so that equal
    /// content has equal bytes.
    private func build(_ job: StepJob, in places: StepPlaces) -> [String] {
        let script = """
            command=$1; out=$2; shift 2
            if [ -n "$command" ]; then /bin/sh -euc "$command"; fi
            for path in "$@"; do
                [ -e "$path" ] || { echo "build.output names $path, which the build did not make" >&2; exit 66; }
            done
            tar --create --file "$out.tmp" --format=posix --pax-option=delete=atime,delete=ctime --sort=name \\
                --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --exclude=./.git -- "$@"
            gzip --no-name --fast --force --stdout "$out.tmp" > "$out.partial"
            mv "$out.partial" "$out"
            rm -f "$out.tmp"
            echo "packed $(wc -c < "$out") bytes"
            """
        let output = job.build.output.isEmpty ? ["."] : job.build.output
        return ["/bin/sh", "-euc", script, "build", job.build.command ?? "", places.archive(of: job.id.run)]
            + output
    }

    private func environment(for job: StepJob, in places: StepPlaces) -> [String: String] {
        let run = job.id.run
        var environment = [
            "CI": "true", "CI_COMMIT_SHA": job.commit, "CI_COMMIT_BRANCH": job.branch,
            "CI_PIPELINE_NUMBER": "\(run.number)", "CI_STEP_NAME": job.kind.rawValue,
            "CI_STEP_ATTEMPT": "\(job.id.attempt)", "CI_REPO": run.service.path,
            "CI_WORKSPACE": places.source(of: run), "GANTRY_SERVICE": run.service.path,
            "GANTRY_RUN": run.path,
            "PATH": toolPath, "HOME": places.home(of: run), "TMPDIR": places.home(of: run), "LANG": "C.UTF-8",
        ]
        environment.merge(job.environment) { $1 }
        return environment
    }

    /// The server's own path behind the usual one, so that compilers installed elsewhere are found.
    private var toolPath: String {
        let own = (ProcessEnvironment.path ?? "").split(separator: ":").map(String.init)
            .filter { !$0.hasPrefix("/root") && !Self.path.split(separator: ":").contains(Substring($0)) }
        return ([Self.path] + own).joined(separator: ":")
    }
}
