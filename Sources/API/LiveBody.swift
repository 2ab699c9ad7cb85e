import GantryBase
import NIOCore

/// An answer without a known end: a watch, a log that is followed.
struct LiveBody: Sendable {
    /// Held as long as the answer.
    var seat: Seat
    var producer: Answer.Producer
    /// Asked from time to time; throws when the asker may no longer see what is sent.
    var recheck: @Sendable () async throws -> Void
    /// Sent from time to time where the format has something that means nothing.
    var heartbeat: ByteBuffer?
    /// The last words of an answer that ends with an error, where the format has some; else the connection is torn.
    var farewell: (@Sendable (GantryError) -> ByteBuffer)?
}

/// Writes a live answer: what the producer sends, signs of life between, until the producer has ended or the right to
/// see it has.
struct LiveWriting: Sendable {
    let body: LiveBody
    let limits: APILimits

    func write(to send: (ByteBuffer) async throws -> Void) async throws {
        let outlet = Outlet()
        let result: Result<Void, any Error> = try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                outlet.close(.failure(CancellationError()))
                group.cancelAll()
            }
            group.addTask {
                do {
                    try await body.producer(outlet.send)
                    outlet.close(.success(()))
                } catch {
                    outlet.close(.failure(error))
                }
            }
            group.addTask { await repeatedly(limits.recheckPeriod, outlet, body.recheck) }
            if let heartbeat = body.heartbeat {
                group.addTask {
                    await repeatedly(limits.heartbeatPeriod, outlet) { try await outlet.send(heartbeat) }
                }
            }
            while let piece = await outlet.next() {
                do { try await send(piece.buffer) } catch {
                    piece.written(.failure(error))
                    throw error
                }
                piece.written(.success(()))
            }
            return outlet.result
        }
        do { try result.get() } catch let error as GantryError {
            guard let farewell = body.farewell else { throw error }
            try await send(farewell(error))
        }
    }

    /// Until it fails, which ends the answer with that error.
    private func repeatedly(
        _ period: Period, _ outlet: Outlet, _ action: @Sendable () async throws -> Void
    ) async {
        do {
            while true {
                try await Task.sleep(for: period.duration)
                try await action()
            }
        } catch {
            outlet.close(.failure(error))
        }
    }
}
