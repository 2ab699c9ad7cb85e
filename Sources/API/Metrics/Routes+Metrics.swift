import State

extension Routes {
    /// What the routes themselves hold.
    func add(to metrics: Metrics, seats: Seats) {
        metrics.number("gantry_http_requests_open", .gauge, "Requests under way, streams included") {
            Double(seats.inUse)
        }
        metrics.add("gantry_streams_open", .gauge, "Answers that go on as things happen") {
            [
                .init(Double(watches.inUse), [("kind", "watch")]),
                .init(Double(logs.inUse), [("kind", "log")]),
            ]
        }
        let book = conduct.book
        metrics.number("gantry_actions_kept", .gauge, "Requests with an Idempotency-Key that are known") {
            Double(await book.count)
        }
        metrics.number("gantry_state_version", .counter, "The last version that the state has given") {
            (try? await store.currentVersion()).map { Double($0) }
        }
    }
}
