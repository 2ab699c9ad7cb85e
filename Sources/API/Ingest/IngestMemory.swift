import GantryBase
import Model
import Synchronization

/// Bounds the memory of all signals that are being taken in, and the share of it that one service may have.
///
/// Bytes are counted as they come, so that a sender that claims much and sends nothing holds nothing.
final class IngestMemory: Sendable {
    private struct State {
        var taken = 0
        var services: [ServiceName: Int] = [:]
    }
    private let limit: Int
    private let limitOfService: Int
    private let state = Mutex(State())

    init(limit: Int, limitOfService: Int) { (self.limit, self.limitOfService) = (limit, limitOfService) }

    var taken: Int { state.withLock { $0.taken } }

    func lease(for service: ServiceName) -> Lease { Lease(memory: self, service: service) }

    private enum Refusal { case ofService, ofAll }

    private func take(_ bytes: Int, _ service: ServiceName) throws(GantryError) {
        let refusal: Refusal? = state.withLock { state in
            let own = state.services[service] ?? 0
            guard own + bytes <= limitOfService else { return .ofService }
            guard state.taken + bytes <= limit else { return .ofAll }
            state.taken += bytes
            state.services[service] = own + bytes
            return nil
        }
        switch refusal {
        case .ofService?:
            throw GantryError(
                .limit, "\(service) has too many signals under way at once", hint: "send again after 1s")
        case .ofAll?:
            throw GantryError(
                .unavailable, "the server holds as many signals as it may", hint: "send again after 1s")
        case nil: return
        }
    }

    private func give(_ bytes: Int, _ service: ServiceName) {
        state.withLock { state in
            state.taken -= bytes
            let left = (state.services[service] ?? 0) - bytes
            state.services[service] = left > 0 ? left : nil
        }
    }

    /// What one request has taken; given back when the last reference goes.
    final class Lease: Sendable {
        private let memory: IngestMemory
        private let service: ServiceName
        private let bytes = Mutex(0)

        fileprivate init(memory: IngestMemory, service: ServiceName) {
            (self.memory, self.service) = (memory, service)
        }

        deinit { memory.give(bytes.withLock { $0 }, service) }

        /// - Throws: `.limit` when the service has its share, `.unavailable` when all have.
        func take(_ more: Int) throws(GantryError) {
            try memory.take(more, service)
            bytes.withLock { $0 += more }
        }
    }
}
