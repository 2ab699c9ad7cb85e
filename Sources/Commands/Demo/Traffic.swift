import AsyncHTTPClient
import GantryBase
import Model
import NIOCore
import NIOHTTP1
import Synchronization

/// One region's front door, asked as a browser would.
struct FrontDoor: Sendable {
    let address: String
    let host: String

    static let answerLimit = 1 << 20
    static let timeLimit = TimeAmount.seconds(10)

    struct Answer: Sendable {
        var status: Int
        var release: String?
        var region: String?
    }

    func ask(_ path: String) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        request.headers.add(name: "Host", value: host)
        let response = try await HTTPClient.shared.execute(request, timeout: Self.timeLimit)
        _ = try await response.body.collect(upTo: Self.answerLimit)
        return Answer(
            status: Int(response.status.code), release: response.headers.first(name: "X-Gantry-Release"),
            region: response.headers.first(name: "X-Gantry-Region"))
    }
}

/// A bounded stream of requests through several front doors, every answer counted.
struct Traffic: Sendable {
    /// Each region's rate; enough to meet every moment of a replacement.
    static let requestsPerSecond = 20
    /// Ends by itself after this long, whatever happens to whoever started it.
    static let limit = Period.minutes(10)

    struct Count: Sendable {
        var sent = 0
        var answered = 0
        var failures: [String] = []
        var lost: Int { sent - answered }
        var isClean: Bool { lost == 0 && sent > 0 }
        var text: String { "\(sent) requests sent, \(lost) lost" + (failures.first.map { " (\($0))" } ?? "") }
    }

    private let task: Task<Count, Never>

    static func start(through doors: [RegionName: String], host: String) -> Traffic {
        // Safe: `stop` waits for it, and it ends at its limit.
        Traffic(
            task: Task {
                await withTaskGroup(of: Count.self) { group in
                    for (region, address) in doors {
                        group.addTask { await send(to: FrontDoor(address: address, host: host), region) }
                    }
                    return await group.reduce(into: Count()) { total, count in
                        total.sent += count.sent
                        total.answered += count.answered
                        total.failures += count.failures.prefix(5)
                    }
                }
            })
    }

    func stop() async -> Count {
        task.cancel()
        return await task.value
    }

    /// At a steady rate, whether or not answers come: a slow answer must not hide behind a lower rate.
    private static func send(to door: FrontDoor, _ region: RegionName) async -> Count {
        let start = ContinuousClock.now
        return await withTaskGroup(of: String?.self) { group in
            var count = Count()
            while !Task.isCancelled, ContinuousClock.now - start < limit.duration {
                let path = "/articles/\(count.sent % 6 + 1)"
                count.sent += 1
                group.addTask {
                    // Safe: waited for right here; a request that was sent is waited for also after the end of the
                    // traffic, and must not be cancelled with it.
                    await Task { await ask(door, path) }.value
                }
                let next = start + .milliseconds(1000 * count.sent / requestsPerSecond)
                try? await Task.sleep(until: next, clock: .continuous)
            }
            for await failure in group {
                if let failure { count.failures.append("\(region): \(failure)") } else { count.answered += 1 }
            }
            return count
        }
    }

    /// - Returns: what went wrong, or nil for an answer with status 200.
    private static func ask(_ door: FrontDoor, _ path: String) async -> String? {
        do {
            let answer = try await door.ask(path)
            return answer.status == 200 ? nil : "status \(answer.status) for \(path)"
        } catch {
            return "\(error) for \(path)"
        }
    }
}
