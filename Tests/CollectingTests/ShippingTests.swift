import GantryBase
import Testing
import Wire

@testable import Collecting

/// The decisions of a lane, without a gateway.
@Suite struct ShippingTests {
    @Test func pausesDoubleUpToTheirBoundAndStartAnewAfterASuccess() {
        let (limits, random) = (CollectorLimits(), RandomSource { 0 })
        var pause = RetryPause(limits, random: random)
        let pauses = (0..<12).map { _ in pause.next(after: GatewayAnswer.none("x")).milliseconds }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 6400, 12800, 15000, 15000, 15000, 15000])
        pause.succeeded()
        #expect(pause.next(after: nil) == .milliseconds(100))
    }

    @Test func pausesAreSpreadAndNeverShorterThanHalfNorThanWhatWasAsked() {
        let limits = CollectorLimits()
        var generator = SeededGenerator(seed: 7)
        var seen: Set<Int64> = []
        for _ in 0..<200 {
            let number = generator.next()
            var pause = RetryPause(limits, random: RandomSource { number })
            let first = pause.next(after: .other(500)).milliseconds
            #expect((50...100).contains(first))
            seen.insert(first)
            #expect((7000...7700).contains(pause.next(after: .busy(.seconds(7))).milliseconds))
            #expect((60_000...66_000).contains(pause.next(after: .busy(.seconds(86_400))).milliseconds))
            #expect((15_000...30_000).contains(pause.next(after: .refusedToken).milliseconds))
        }
        #expect(seen.count > 20)
    }

    @Test func aDayOfFailuresOverflowsNothing() {
        var pause = RetryPause(CollectorLimits(), random: .system)
        for _ in 0..<100_000 { #expect(pause.next(after: .busy(nil)) <= .seconds(15)) }
    }

    @Test(arguments: [
        ("http://127.0.0.1:7180", "127.0.0.1:7180", ""), ("http://gateway", "gateway:80", ""),
        ("http://[::1]:7180/", "[::1]:7180", ""), ("http://[::1]", "[::1]:80", ""),
        ("http://gateway:1/region/a/", "gateway:1", "/region/a"),
    ])
    func addressesAreRead(text: String, authority: String, path: String) throws {
        let address = try GatewayAddress(text)
        #expect(address.authority == authority)
        #expect(address.path == path)
    }

    @Test(arguments: [
        "", "gateway:80", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:b", "http://a b",
        "https://a", "http://u@a",
    ])
    func otherAddressesAreRefused(text: String) {
        #expect(throws: GantryError.self) { try GatewayAddress(text) }
    }

    private func record(_ id: UInt64, _ kind: SignalKind, _ payload: [UInt8]) -> SpoolRecord {
        SpoolRecord(id: id, events: 1, appended: .epoch, payload: [kind.rawValue] + payload)
    }

    @Test func recordsOfAKindAreOneMessageAndTheRestIsRememberedUntilAllAreDone() throws {
        let one = OTLP.encode(LogBatch([LogRecord(body: "one")], from: SignalResource()))
        let two = OTLP.encode(LogBatch([LogRecord(body: "two")], from: SignalResource()))
        let records = [record(1, .logs, one), record(2, .metrics, []), record(3, .logs, two)]
        var shipment = try #require(Shipment(records, isCalls: false))
        #expect(shipment.end == 4)
        #expect(shipment.parcels.map(\.kind) == [.logs, .metrics])
        let batch = try OTLP.decodeLogs(shipment.parcels[0].body).batch
        #expect(batch.groups.flatMap(\.scopes).flatMap(\.records).map(\.body) == ["one", "two"])
        let isHalved = shipment.halve()
        #expect(isHalved)
        #expect(shipment.parcels.map(\.events) == [1, 1, 1])
        let isHalvedAgain = shipment.halve()
        #expect(!isHalvedAgain)
        shipment.settle()
        shipment.settle()
        #expect(shipment.parcels.map(\.kind) == [.metrics])
        shipment.settle()
        #expect(shipment.isDone)
    }

    @Test func aRecordOfAKindThatIsNotKnownIsPassedOver() throws {
        let strange = SpoolRecord(id: 5, events: 2, appended: .epoch, payload: [99, 1])
        let shipment = try #require(Shipment([strange], isCalls: false))
        #expect(shipment.isDone)
        #expect(shipment.unknown == 1)
        #expect(shipment.end == 7)
        #expect(Shipment([], isCalls: false) == nil)
    }

    @Test func aBatchIsSplitWithItsSendersAndScopesAndLosesNothing() {
        var batch = LogBatch()
        for group in 0..<3 {
            batch.groups.append(
                .init(
                    SignalResource(["g": .int(Int64(group))]),
                    (0..<2).map { scope in
                        .init(
                            SignalScope("s\(scope)"),
                            (0..<5).map { LogRecord(body: .string("\(group).\(scope).\($0)")) })
                    }))
        }
        for count in 0...30 {
            let (first, second) = batch.split(at: count)
            #expect(first.recordCount == count)
            #expect(second.recordCount == 30 - count)
            let texts = (first.groups + second.groups).flatMap { group in
                group.scopes.flatMap { scope in
                    scope.records.map {
                        "\(group.resource.attributes.int("g") ?? -1) \(scope.scope.name) \($0.body.text)"
                    }
                }
            }
            #expect(
                texts
                    == batch.groups.flatMap { group in
                        group.scopes.flatMap { scope in
                            scope.records.map {
                                "\(group.resource.attributes.int("g") ?? -1) \(scope.scope.name) \($0.body.text)"
                            }
                        }
                    })
        }
    }

    @Test func aBucketLetsItsRateThroughAndNoMore() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(perSecond: 10, now: start)
        var taken = 0
        for _ in 0..<500 where bucket.take(1, now: start) { taken += 1 }
        #expect(taken == 100)
        for tenth in 1...100 where bucket.take(1, now: start + .milliseconds(100 * tenth)) { taken += 1 }
        #expect((199...200).contains(taken))
        // Larger than it ever holds: when it is full.
        let takes = [(1000, 15), (1000, 60), (1, 60), (1, 0)].map { amount, second in
            bucket.take(amount, now: start + .seconds(second))
        }
        // And a clock that stands still or goes back gives nothing.
        #expect(takes == [false, true, false, false])
    }
}
