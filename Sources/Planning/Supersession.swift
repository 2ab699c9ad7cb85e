package import Model

/// Decides when a run is behind a newer one of its service, so that going on would take an environment back.
///
/// The order is that of the runs' numbers, which is that of the pushes: a retry makes a newer release of an older
/// commit. What counts is where newer runs are, not where they have been: once an environment was rolled back by hand,
/// a run that is newer than what runs there is no way back.
package enum Supersession {
    /// A newer run, and the environment that it is ahead in.
    package struct Overtaker: Sendable, Hashable {
        package var run: RunName
        package var environment: EnvironmentName
        package init(run: RunName, environment: EnvironmentName) {
            (self.run, self.environment) = (run, environment)
        }
    }

    /// Lists the environments that a run rolls out to from a stage on, before it next asks a person.
    package static func environments(from first: Int, in spec: RunSpec) -> [EnvironmentName] {
        var environments: [EnvironmentName] = []
        for stage in spec.stages.dropFirst(first) {
            switch stage.work {
            case .approval: return environments
            case .rollout(let environment): environments.append(environment)
            case .steps: continue
            }
        }
        return environments
    }

    /// Lists the environments that a person has let a run go on to and that it has not finished with: its rollout may
    /// not be there yet.
    package static func admitted(_ spec: RunSpec, _ status: RunStatus) -> [EnvironmentName] {
        guard !status.progress.isFinal, status.cancelledBy == nil else { return [] }
        var environments: [EnvironmentName] = []
        var isAdmitted = false
        for (stage, known) in zip(spec.stages, status.stages) {
            switch stage.work {
            case .approval:
                isAdmitted = known.decision?.approved == true
                if !isAdmitted { return environments }
            case .rollout(let environment):
                if isAdmitted, known.progress != .succeeded { environments.append(environment) }
            case .steps: continue
            }
        }
        return environments
    }

    /// Whether a stage must not be begun where a newer run is: a person let the run pass, and not in spite of that.
    package static func yields(_ spec: RunSpec, _ status: RunStatus, at stage: Int) -> Bool {
        guard let gate = gate(before: stage, in: spec), status.stages.indices.contains(gate),
            let decision = status.stages[gate].decision
        else { return false }
        return decision.approved && decision.overriding == nil
    }

    /// Notes at the gate before a stage that the run goes on from there in spite of a newer one.
    package static func force(
        _ status: inout RunStatus, of spec: RunSpec, from stage: Int, past run: RunName
    ) {
        guard let gate = gate(before: stage, in: spec), status.stages.indices.contains(gate) else { return }
        status.stages[gate].decision?.overriding = run
    }

    private static func gate(before stage: Int, in spec: RunSpec) -> Int? {
        spec.stages.prefix(stage).lastIndex { template in
            if case .approval = template.work { true } else { false }
        }
    }

    /// The newest run that is ahead of `run` in one of the environments that it is bound for; nil when none is.
    ///
    /// - Parameter present: the runs whose releases are wanted in each environment, or admitted to it.
    package static func overtaker(
        of run: RunName, boundFor environments: [EnvironmentName],
        present: [EnvironmentName: Set<RunName>]
    ) -> Overtaker? {
        var found: Overtaker?
        for environment in environments {
            let newer = (present[environment] ?? []).filter { $0.service == run.service }
                .max { $0.number < $1.number }
            guard let newer, newer.number > (found?.run ?? run).number else { continue }
            found = Overtaker(run: newer, environment: environment)
        }
        return found
    }
}
