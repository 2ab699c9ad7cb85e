import API
import Access
import GantryBase
import Gateway
import Logging
import Telemetry
import TelemetrySQLite

/// The part of an installation that takes signals in and keeps them for a while.
///
/// Signals of a service that does not exist any more are taken as long as its token holds, since the last lines of what
/// went are often why it went, and are kept like all others. Its business's people see them; when that is gone too, admins.
struct SignalKeeping: Sendable {
    let store: any TelemetryStore
    let intake: SignalIntake
    private let retention: Retention
    private let time: TimeSource
    private let logger: Logger

    /// Tells this gateway's counts from those of others; there is one in an installation so far.
    private static let gatewayName = "server"

    /// Opens the store. One that cannot be opened, such as on a full disk, takes nothing and has nothing; the rest of the
    /// server goes on.
    static func open(
        _ data: DataDirectory, tokens: WorkloadTokens, time: TimeSource, logger: Logger
    ) -> SignalKeeping {
        let store: any TelemetryStore
        do { store = try SQLiteTelemetryStore(directory: data.telemetry) } catch {
            logger.error("signals are neither taken nor shown", metadata: ["error": "\(error)"])
            store = AbsentTelemetryStore(
                reason: error as? GantryError
                    ?? GantryError(.unavailable, "the telemetry store cannot be opened", cause: error))
        }
        return SignalKeeping(
            store: store,
            intake: SignalIntake(
                gateway: Gateway(name: gatewayName, store: store, time: time),
                tokens: tokens),
            retention: Retention(), time: time, logger: logger)
    }

    /// Removes what is old until the task is cancelled.
    func run() async {
        while true {
            do {
                try await time.sleep(Retention.pause)
                try await remove()
            } catch is CancellationError {
                return
            } catch {
                logger.error("cannot remove old signals", metadata: ["error": "\(error)"])
            }
        }
    }

    private func remove() async throws {
        let now = time.now()
        try await store.removeOld(before: retention.bounds(now: now))
        for share in Retention.shares {
            let bytes = try await store.statistics().bytesOnDisk
            guard bytes > retention.bytes(isRemoving: share != Retention.shares.first) else { return }
            let bounds = retention.bounds(now: now, share: share)
            logger.notice(
                "the signals' room is full: older logs and spans are removed before their time",
                metadata: [
                    "bytes": "\(bytes)", "limit": "\(retention.bytes)", "logsFrom": "\(bounds.logs.readable)",
                    "spansFrom": "\(bounds.spans.readable)",
                ])
            try await store.removeOld(before: bounds)
        }
    }

    func close() async {
        do { try await store.close() } catch {
            logger.error("cannot close the telemetry store", metadata: ["error": "\(error)"])
        }
    }
}
