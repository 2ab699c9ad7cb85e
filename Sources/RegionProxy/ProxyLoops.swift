import NIOCore
import NIOPosix

/// The states of all event loops, as the control thread reaches them: it hands over values and asks for sums.
struct ProxyLoops: Sendable {
    /// Each state is touched on its own loop only, which `NIOLoopBound` checks.
    private let states: [NIOLoopBound<LoopState>]

    init(_ group: MultiThreadedEventLoopGroup, limits: ProxyLimits) {
        let loops = Array(group.makeIterator())
        states = loops.map { loop in
            let share = max(1, limits.clientConnections / loops.count)
            let made = loop.submit {
                NIOLoopBound(LoopState(loop, limits: limits, clientConnections: share), eventLoop: loop)
            }
            // Only a loop that was shut down fails, and these were made a moment ago.
            guard let state = try? made.wait() else { preconditionFailure("an event loop does not run") }
            return state
        }
    }

    /// The state of the loop that is running now.
    func current(_ loop: any EventLoop) -> LoopState? {
        states.first { $0.eventLoop === loop }?.value
    }

    func startTicking() {
        for state in states {
            state.eventLoop.scheduleRepeatedTask(initialDelay: ProxyLimits.tick, delay: ProxyLimits.tick) {
                _ in
                state.value.tick()
            }
        }
    }

    /// Returns when every loop serves the new routing, so that a listener opened next finds its door.
    func apply(_ routing: Routing) { onEach { $0.apply(routing) } }
    func drain() { onEach { $0.drain() } }
    func closeAll() { onEach { $0.closeAll() } }
    func connectionCount() -> Int { onEach { $0.connections.count }.reduce(0, +) }

    func counters() -> LoopCounters {
        onEach { $0.counters }.reduce(into: LoopCounters()) { sum, one in
            sum.requests += one.requests
            sum.failed += one.failed
        }
    }

    @discardableResult
    private func onEach<Value: Sendable>(_ work: @escaping @Sendable (LoopState) -> Value) -> [Value] {
        states.compactMap { state in try? state.eventLoop.submit { work(state.value) }.wait() }
    }
}
