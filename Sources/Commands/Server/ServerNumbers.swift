import API
import ControlPlane
import Foundation
import GantryBase
import Gateway
import Model
import Telemetry

/// Adds to `/metrics` what only the whole installation knows: a line for each.
enum ServerNumbers {
    static func add(to metrics: Metrics, data: DataDirectory, controlPlane: ControlPlane) {
        metrics.add("gantry_build_info", .gauge, "Always 1; the label is the version that runs") {
            [.init(1, [("version", gantryVersion)])]
        }
        metrics.add("gantry_reconciled_total", .counter, "Objects that a reconciler has looked at") {
            await controlPlane.statistics().flatMap { loop in
                [
                    .init(Double(loop.succeeded), [("reconciler", loop.title), ("result", "done")]),
                    .init(Double(loop.failed), [("reconciler", loop.title), ("result", "failed")]),
                ]
            }
        }
        metrics.add("gantry_reconcile_seconds_total", .counter, "Time that a reconciler's workers have spent")
        {
            await controlPlane.statistics().map { .init($0.seconds, [("reconciler", $0.title)]) }
        }
        metrics.add("gantry_queue_depth", .gauge, "Objects that wait for a reconciler") {
            await controlPlane.statistics().map { .init(Double($0.waiting), [("reconciler", $0.title)]) }
        }
        metrics.add("gantry_store_bytes", .gauge, "Bytes of the files of a store in the data directory") {
            [("state", data.state), ("artifacts", data.artifacts), ("repositories", data.repositories)]
                .map { .init(bytes(below: $0.1), [("store", $0.0)]) }
        }
    }

    static func add(to metrics: Metrics, signals gateway: Gateway, store: any TelemetryStore) {
        metrics.add("gantry_signals_total", .counter, "Signals that have been taken in") {
            let totals = gateway.statistics()
            return [
                .init(Double(totals.logs), [("kind", "log")]),
                .init(Double(totals.spans), [("kind", "span")]),
                .init(Double(totals.points), [("kind", "point")]),
                .init(Double(totals.windows), [("kind", "window")]),
            ]
        }
        metrics.add(
            "gantry_signals_refused_total", .counter, "Bodies refused since their service sent too much"
        ) {
            gateway.statistics().refused.sorted { $0.key < $1.key }
                .map { .init(Double($0.value), [("service", $0.key.path)]) }
        }
        metrics.number("gantry_signals_masked_total", .counter, "Texts masked since no agent had done it") {
            Double(gateway.statistics().masked)
        }
        metrics.number("gantry_gateway_waiting_bytes", .gauge, "Signals that wait to be written") {
            Double(gateway.statistics().waitingBytes)
        }
        metrics.number("gantry_call_feed_dropped_total", .counter, "Windows that a slow reader has missed") {
            Double(gateway.statistics().droppedFromFeed)
        }
        metrics.number(
            "gantry_ingest_lag_seconds", .gauge,
            "From the end of a call, or the writing of a line, to its arrival: 99th percentile of a minute or two"
        ) { gateway.statistics().lag?.seconds }
        metrics.add("gantry_store_bytes", .gauge, "Bytes of the files of a store in the data directory") {
            guard let bytes = try? await store.statistics().bytesOnDisk else { return [] }
            return [.init(Double(bytes), [("store", "telemetry")])]
        }
    }

    /// Of all files below a folder; at most so many are looked at, since a repository may hold very many.
    private static let largestCount = 20_000

    static func bytes(below folder: String) -> Double {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .isRegularFileKey]
        let files = FileManager.default.enumerator(
            at: URL(filePath: folder), includingPropertiesForKeys: Array(keys))
        var (bytes, count) = (0, 0)
        while count < largestCount, let file = files?.nextObject() as? URL {
            count += 1
            if let values = try? file.resourceValues(forKeys: keys), values.isRegularFile == true {
                bytes += values.fileSize ?? 0
            }
        }
        return Double(bytes)
    }
}
