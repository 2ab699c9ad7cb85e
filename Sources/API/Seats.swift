import Synchronization

/// Counts what is under way, so that no more than a named number is.
final class Seats: Sendable {
    private let taken = Mutex(0)
    let limit: Int

    init(_ limit: Int) { self.limit = limit }

    var inUse: Int { taken.withLock { $0 } }

    /// Nil when all are taken. The seat is given back when the last reference to it goes, however that comes about.
    func take() -> Seat? {
        let free = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return free ? Seat(self) : nil
    }

    fileprivate func give() { taken.withLock { $0 -= 1 } }
}

final class Seat: Sendable {
    private let seats: Seats
    fileprivate init(_ seats: Seats) { self.seats = seats }
    deinit { seats.give() }
}
