package import GantryBase
package import Model

/// What is known of one region's workload while a rollout moves it.
package struct RegionObservation: Sendable, Hashable {
    /// The release in the stored workload; nil when there is no workload.
    package var wanted: ReleaseName?
    package var status: WorkloadStatus
    /// Instances wanted, with an override by hand.
    package var replicas: Int
    /// The cluster has taken up the stored version of the workload; its status speaks of what is wanted now.
    package var isTakenUp: Bool
    /// Without progress for this long the region has failed; from the release's `rollout.deadline`.
    package var deadline: Period

    package init(
        wanted: ReleaseName?, status: WorkloadStatus, replicas: Int, isTakenUp: Bool, deadline: Period
    ) {
        (self.wanted, self.status, self.replicas) = (wanted, status, replicas)
        (self.isTakenUp, self.deadline) = (isTakenUp, deadline)
    }

    /// A region in which nothing runs yet.
    package static func absent(replicas: Int, deadline: Period) -> RegionObservation {
        RegionObservation(
            wanted: nil, status: WorkloadStatus(), replicas: replicas, isTakenUp: false, deadline: deadline)
    }
}

package enum RolloutAction: Sendable, Hashable {
    /// Stores the release as the wanted one of the region's workload, making the workload where there is none.
    case setRelease(RegionName, ReleaseName)
    case removeWorkload(RegionName)
}

package struct RolloutStep: Sendable, Hashable {
    package var status: RolloutStatus
    package var actions: [RolloutAction]

    package init(status: RolloutStatus, actions: [RolloutAction]) {
        (self.status, self.actions) = (status, actions)
    }
}

/// Decides how a rollout goes on: one region at a time, each verified before the next, back to the last good release
/// at the first that fails.
///
/// Store the status, then carry out the actions: an action is asked for again until it is observed, so a process may
/// die between the two. Ask again after each change of a workload and at least every few seconds.
///
/// Rules that are not obvious:
/// - Regions that became healthy keep the new release when a later one fails: they serve well, and moving them back
///   would put the working regions at risk for the sake of the broken one. A person may roll them back.
/// - A cancelled rollout ends at once and does nothing more, not even in the region under way. It is cancelled because
///   a newer rollout takes over, and two rollouts that write one workload would fight; the bounds of the rolling update
///   hold in that region whatever is wanted there. A person who wants the region back asks for a rollback, which is
///   a rollout of its own.
/// - The deadline counts while somebody watches: `watchingSince` is when this process began to, so that a server which
///   was away for an hour does not find every rollout failed.
/// - A clock that goes back starts the deadline afresh.
package enum RolloutPlanner {
    /// An instance of the release that has ended this often will not get better by waiting for the deadline.
    package static let crashRestarts = 3
    /// Of a failing instance's reason, as much as a person reads in a list; the whole is in its log.
    package static let reasonCharacters = 2000

    package static func plan(
        _ target: RolloutTarget, _ status: RolloutStatus, _ observed: [RegionName: RegionObservation],
        now: Timestamp, watchingSince: Timestamp = .epoch
    ) -> RolloutStep {
        guard !status.phase.isFinal else { return RolloutStep(status: status, actions: []) }
        var work = RolloutWork(target, status, observed, now: now, watchingSince: watchingSince)
        if let by = status.cancelledBy {
            work.cancel(by: by)
        } else {
            work.advance()
        }
        return RolloutStep(status: work.status, actions: work.actions)
    }
}
