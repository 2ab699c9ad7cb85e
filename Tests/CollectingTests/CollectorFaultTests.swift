import GantryBase
import Glibc
import Model
import Synchronization
import Testing
import Wire

@testable import Collecting

/// What the gateway and the machine can do to a collector: nothing that was answered is lost, calls stay exact.
@Suite struct CollectorFaultTests {
    @Test func aGatewayThatIsDownAndComesBackLosesNothingAndCallsAreExact() throws {
        let fixture = try CollectorFixture()
        fixture.gateway.goDown()
        for batch in 0..<40 {
            #expect(try fixture.post("/v1/traces", Sample.traces(batch * 10..<batch * 10 + 10)).status == 200)
            try fixture.append("output.log", "line \(batch)\n")
        }
        eventually { fixture.statistics.bulkLane.failures > 2 && fixture.statistics.callsLane.failures > 2 }
        try fixture.gateway.comeBack()
        eventually { fixture.gateway.lines.count == 40 && fixture.gateway.spans.count == 400 }
        eventually { fixture.statistics.callsLane.waiting == 0 }
        #expect(fixture.gateway.lines == (0..<40).map { "line \($0)" })
        #expect(fixture.gateway.calls == ["GET /articles/{id}": 400])
        #expect(Set(fixture.gateway.spans.map(\.spanID)).count == 400)
        // Told once, and by then it is history.
        eventually { !fixture.gateway.notices.isEmpty }
        #expect(fixture.gateway.notices.count <= 2)
    }

    @Test func aMissingGatewayFileIsWaitedForAndANewAddressIsFollowed() throws {
        let fixture = try CollectorFixture(isStarted: false)
        unlink(fixture.folder.path + "/gateway")
        try fixture.start()
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<1)).status == 200)
        eventually { fixture.statistics.callsLane.failures > 0 }
        try fixture.writeGateway(fixture.gateway.address)
        eventually { fixture.gateway.spans.count == 1 && !fixture.gateway.windows.isEmpty }
        let other = try FakeGateway()
        try fixture.writeGateway(other.address + "/")
        fixture.gateway.goDown()
        #expect(try fixture.post("/v1/traces", Sample.traces(1..<2)).status == 200)
        eventually { other.spans.count == 1 && !other.windows.isEmpty }
        #expect(other.notices.isEmpty)
    }

    @Test(arguments: ["https://gateway.example:7180", "ftp://x", "http://", "http://u:p@host:1", "\u{1b}"])
    func anAddressThatCannotBeUsedIsSaid(text: String) throws {
        let fixture = try CollectorFixture(isStarted: false)
        try fixture.writeGateway(text)
        try fixture.start()
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<1)).status == 200)
        eventually { fixture.statistics.callsLane.failures > 0 }
        try fixture.writeGateway(fixture.gateway.address)
        eventually { !fixture.gateway.notices.isEmpty && fixture.gateway.spans.count == 1 }
        #expect(fixture.gateway.notices.allSatisfy { !$0.contains("u:p") && !$0.contains("\u{1b}") })
    }

    @Test(arguments: [429, 503, 500, 404, 401, 302]) func aRefusalThatMayPassIsRepeated(status: Int) throws {
        let fixture = try CollectorFixture { $0.limits.refusedTokenPause = .milliseconds(50) }
        let left = Counter(6)
        fixture.gateway.answer { _ in left.take() ? .status(status) : .take }
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<10)).status == 200)
        eventually { fixture.gateway.spans.count == 10 && fixture.gateway.calls.values.reduce(0, +) == 10 }
        #expect(fixture.gateway.allWindows.count == fixture.gateway.windows.count)
        if status == 401 {
            eventually { fixture.gateway.notices.contains { $0.contains("token") } }
            #expect(!fixture.gateway.notices.contains { $0.contains("token-1") })
        }
    }

    @Test func retryAfterIsObeyedWithinABound() throws {
        let fixture = try CollectorFixture { $0.limits.longestRetryAfter = .milliseconds(1500) }
        let times = Mutex<[ContinuousClock.Instant]>([])
        fixture.gateway.answer { request in
            guard request.path == "/v1/calls" else { return .take }
            let count = times.withLock { times in
                times.append(.now)
                return times.count
            }
            return count == 1
                ? .status(429, retryAfter: 1) : count == 2 ? .status(503, retryAfter: 86_400) : .take
        }
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<1)).status == 200)
        eventually { times.withLock { $0.count } == 3 }
        let seen = times.withLock { $0 }
        #expect(seen[1] - seen[0] >= .milliseconds(1000))
        #expect(seen[2] - seen[1] >= .milliseconds(1500))
        #expect(seen[2] - seen[1] < .seconds(10))
        // The other lane went on meanwhile.
        #expect(fixture.gateway.spans.count == 1)
    }

    @Test(arguments: [400, 413]) func aPoisonRecordIsDroppedAloneAndCounted(status: Int) throws {
        let fixture = try CollectorFixture()
        fixture.gateway.answer { request in
            request.body.firstRange(of: Array("poison".utf8)) == nil ? .take : .status(status)
        }
        fixture.gateway.goDown()
        for number in 0..<9 {
            let text = number == 4 ? "poison" : "good \(number)"
            #expect(try fixture.post("/v1/logs", Sample.logs([text])).status == 200)
        }
        try fixture.gateway.comeBack()
        eventually { fixture.gateway.lines.count == 8 && fixture.statistics.bulkLane.refused == 1 }
        #expect(Set(fixture.gateway.lines) == Set((0..<9).filter { $0 != 4 }.map { "good \($0)" }))
        eventually { fixture.gateway.notices.contains { $0.contains("refuses 1 log records") } }
        #expect(try fixture.post("/v1/logs", Sample.logs(["after"])).status == 200)
        eventually { fixture.gateway.lines.contains("after") }
    }

    @Test func anAnswerThatIsLostRepeatsWindowsThatAreKnownByTheirSequence() throws {
        let fixture = try CollectorFixture()
        let left = Counter(3)
        fixture.gateway.answer { _ in left.take() ? .hangUp(taken: true) : .take }
        for batch in 0..<10 {
            #expect(try fixture.post("/v1/traces", Sample.traces(batch..<batch + 1)).status == 200)
        }
        eventually { fixture.statistics.callsLane.waiting == 0 && fixture.statistics.bulkLane.waiting == 0 }
        #expect(fixture.gateway.calls == ["GET /articles/{id}": 10])
        #expect(Set(fixture.gateway.spans.map(\.spanID)).count == 10)
        #expect(fixture.gateway.taken.count > fixture.statistics.callsLane.requests / 2)
    }

    @Test func aGatewayThatNeverAnswersIsLeftAndCallsDoNotWaitBehindLogs() throws {
        let fixture = try CollectorFixture { $0.limits.answerTime = .milliseconds(300) }
        fixture.gateway.answer { $0.path == "/v1/logs" ? .silence : .take }
        #expect(try fixture.post("/v1/logs", Sample.logs(["stuck"])).status == 200)
        eventually { fixture.statistics.bulkLane.requests == 1 }
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<3)).status == 200)
        eventually(5) { fixture.gateway.calls == ["GET /articles/{id}": 3] }
        eventually { fixture.statistics.bulkLane.failures >= 2 }
        fixture.gateway.answer { _ in .take }
        eventually { fixture.gateway.lines == ["stuck"] && fixture.gateway.spans.count == 3 }
    }

    @Test func whatWasAnsweredSurvivesAKill() throws {
        let fixture = try CollectorFixture()
        let left = Counter(40)
        fixture.gateway.answer { _ in left.take() ? .status(503) : .take }
        var answered: UInt64 = 0
        for round in 0..<4 {
            for batch in 0..<10 {
                let first = (round * 10 + batch) * 5
                let answer = try fixture.post("/v1/traces", Sample.traces(first..<first + 5))
                if answer.status == 200 { answered += 5 }
                try fixture.append("output.log", "line \(round)-\(batch)\n")
            }
            fixture.kill()
            try fixture.start()
        }
        eventually {
            fixture.statistics.callsLane.waiting == 0 && fixture.statistics.bulkLane.waiting == 0
                && Set(fixture.gateway.lines).count == 40
        }
        #expect(answered == 200)
        #expect(fixture.gateway.calls == ["GET /articles/{id}": answered])
        #expect(Set(fixture.gateway.spans.map(\.spanID)).count == 200)
        #expect(Set(fixture.gateway.windows.map(\.epoch)).count == 4)
    }

    @Test func aFullSpoolOfCallsIsSaidToTheSDKAndNothingIsCountedTwice() throws {
        let fixture = try CollectorFixture {
            $0.limits.calls = SpoolLimits(totalBytes: 4096, segmentBytes: 1024, whenFull: .block)
        }
        fixture.gateway.goDown()
        var taken: UInt64 = 0
        var refused = 0
        for number in 0..<30 {
            let answer = try fixture.post("/v1/traces", Sample.traces(number..<number + 1))
            if answer.status == 200 { taken += 1 } else { refused += 1 }
            if answer.status != 200 {
                #expect(answer.status == 429)
                #expect(answer.fields["retry-after"] == "5")
            }
        }
        #expect(taken > 0 && refused > 0)
        try fixture.gateway.comeBack()
        eventually { fixture.statistics.callsLane.waiting == 0 }
        #expect(fixture.gateway.calls == ["GET /articles/{id}": taken])
        eventually {
            (try? fixture.post("/v1/traces", Sample.traces(30..<31)))?.status == 200
        }
        eventually { fixture.gateway.calls == ["GET /articles/{id}": taken + 1] }
    }

    @Test func aFullBulkSpoolDropsTheOldestAndSaysHowMany() throws {
        let fixture = try CollectorFixture {
            $0.limits.bulk = SpoolLimits(totalBytes: 64 << 10, whenFull: .dropOldest)
        }
        fixture.gateway.goDown()
        for number in 0..<40 {
            let text = "\(number) " + String(repeating: "x", count: 8000)
            #expect(try fixture.post("/v1/logs", Sample.logs([text])).status == 200)
        }
        try fixture.gateway.comeBack()
        eventually {
            fixture.gateway.lines.last?.hasPrefix("39 ") == true
        } state: {
            fixture.statistics
        }
        eventually {
            fixture.gateway.notices.contains { $0.contains("spool of this instance is full") }
        } state: {
            (fixture.statistics, fixture.gateway.notices)
        }
        let dropped = fixture.statistics.bulkLane.dropped
        #expect(dropped > 20)
        #expect(UInt64(Set(fixture.gateway.lines).count) + dropped >= 40)
    }

    @Test func logsThatAreRotatedWhileTheyAreFollowedLoseNoLine() throws {
        let fixture = try CollectorFixture()
        let path = fixture.folder.path + "/output.log"
        for file in 0..<8 {
            for line in 0..<50 { try fixture.append("output.log", "\(file)-\(line)\n") }
            // Two times at once, so that a file is moved on before anybody saw it.
            if file % 2 == 0 { usleep(400_000) }
            for number in stride(from: 4, to: 1, by: -1) {
                rename("\(path).\(number - 1)", "\(path).\(number)")
            }
            rename(path, "\(path).1")
        }
        let all = (0..<8).flatMap { file in (0..<50).map { "\(file)-\($0)" } }
        eventually {
            fixture.gateway.lines.count >= 400
        } state: {
            fixture.statistics
        }
        #expect(fixture.gateway.lines.count == 400)
        #expect(Set(fixture.gateway.lines) == Set(all))
        #expect(fixture.gateway.notices.isEmpty)
    }
}

/// Says yes so many times.
final class Counter: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    func take() -> Bool {
        left.withLock {
            $0 -= 1
            return $0 >= 0
        }
    }
}
