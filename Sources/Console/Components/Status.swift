package import Model

/// How something fares, in the six ways that every list of the console tells apart.
///
/// Each has a word, a shape and a colour, so that none of the three is needed to tell them apart.
package enum Status: String, Sendable, CaseIterable {
    case ready, progressing, failed, stopped, waiting, unknown

    package var phrase: Phrase {
        switch self {
        case .ready: .ready
        case .progressing: .progressing
        case .failed: .failed
        case .stopped: .stopped
        case .waiting: .waiting
        case .unknown: .unknown
        }
    }

    package var icon: Icon {
        switch self {
        case .ready: .ready
        case .progressing: .progressing
        case .failed: .failed
        case .stopped: .stopped
        case .waiting: .waiting
        case .unknown: .unknown
        }
    }
}

/// A status with the word of the thing it belongs to: a run succeeded, an instance is ready.
package struct NamedStatus: Sendable {
    package var status: Status
    package var name: Phrase

    package init(_ status: Status, _ name: Phrase? = nil) {
        (self.status, self.name) = (status, name ?? status.phrase)
    }

    package init(progress: Progress) {
        self =
            switch progress {
            case .pending: NamedStatus(.waiting, .pending)
            case .running: NamedStatus(.progressing, .running)
            case .waiting: NamedStatus(.waiting)
            case .succeeded: NamedStatus(.ready, .succeeded)
            case .failed: NamedStatus(.failed)
            case .cancelled: NamedStatus(.stopped, .cancelled)
            }
    }

    package init(instance phase: InstanceStatus.Phase) {
        self =
            switch phase {
            case .starting: NamedStatus(.progressing, .starting)
            case .unready: NamedStatus(.waiting, .unready)
            case .ready: NamedStatus(.ready)
            case .stopping: NamedStatus(.progressing, .stopping)
            case .stopped: NamedStatus(.stopped)
            case .crashing: NamedStatus(.failed, .crashing)
            case .lost: NamedStatus(.unknown, .lost)
            }
    }

    package init(rollout phase: RolloutStatus.Phase) {
        self =
            switch phase {
            case .pending: NamedStatus(.waiting, .pending)
            case .progressing: NamedStatus(.progressing)
            case .returning: NamedStatus(.progressing, .returning)
            case .succeeded: NamedStatus(.ready, .succeeded)
            case .failed: NamedStatus(.failed)
            case .cancelled: NamedStatus(.stopped, .cancelled)
            }
    }

    package init(region phase: RegionProgress.Phase) {
        self =
            switch phase {
            case .waiting: NamedStatus(.waiting)
            case .progressing: NamedStatus(.progressing)
            case .healthy: NamedStatus(.ready, .healthy)
            case .returning: NamedStatus(.progressing, .returning)
            case .returned: NamedStatus(.stopped, .returned)
            }
    }
}
