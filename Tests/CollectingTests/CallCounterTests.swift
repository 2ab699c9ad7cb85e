import Collecting
import GantryBase
import Model
import Testing
import Wire

@Suite struct CallCounterTests {
    static let now = Timestamp(seconds: 1_767_225_600)

    static func call(
        _ interface: String = "/a", at second: Int64 = 0, milliseconds: Int64 = 100, weight: Double = 1,
        callee: String = "x"
    ) throws -> ObservedCall {
        let span = ObservedCallTests.span(
            .client, ["service.peer.name": .string(callee), "rpc.method": .string(interface)],
            milliseconds: milliseconds, at: now.seconds + second)
        var call = try #require(ObservedCall(span, of: ObservedCallTests.service))
        call.weight = weight
        return call
    }

    @Test func `windows close when their second has passed, and are numbered`() throws {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        counter.count(try Self.call(), now: Self.now)
        counter.count(try Self.call(milliseconds: 900), now: Self.now)
        counter.count(try Self.call(at: 1), now: Self.now)
        #expect(counter.takeWindows(now: Self.now).isEmpty)
        let first = counter.takeWindows(now: Self.now + .seconds(1))
        #expect(first.map(\.second) == [Self.now.seconds])
        #expect(first.map(\.sequence) == [1])
        #expect(first.first?.epoch == Self.now.nanoseconds)
        let counts = try #require(first.first?.calls.first?.counts)
        #expect(counts.count == 2)
        #expect(counts.durations.count == 2)
        #expect(counts.slowest == 0.9)
        #expect(counts.exemplar == TraceID(high: 1, low: 2))
        // A span that comes late opens another window of its second.
        counter.count(try Self.call(), now: Self.now + .seconds(1))
        let rest = counter.takeWindows(now: Self.now + .seconds(1), all: true)
        #expect(rest.map(\.second) == [Self.now.seconds, Self.now.seconds + 1])
        #expect(rest.map(\.sequence) == [2, 3])
        #expect(counter.takeWindows(now: Self.now + .seconds(9), all: true).isEmpty)
    }

    @Test func `keys are told apart within a second`() throws {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        for interface in ["/a", "/b", "/a"] { counter.count(try Self.call(interface), now: Self.now) }
        let window = try #require(counter.takeWindows(now: Self.now, all: true).first)
        let found = Dictionary(uniqueKeysWithValues: window.calls.map { ($0.key.interface, $0.counts.count) })
        #expect(found == ["/a": 2, "/b": 1])
    }

    @Test func `a service that invents interfaces and peers is folded into other, and no call is lost`()
        throws
    {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        let total = CallCounter.interfaces + 300
        for number in 0..<total {
            counter.count(try Self.call("/n\(number)x", callee: "peer\(number)"), now: Self.now)
        }
        let window = try #require(counter.takeWindows(now: Self.now, all: true).first)
        #expect(window.calls.reduce(0) { $0 + $1.counts.count } == UInt64(total))
        #expect(Set(window.calls.map(\.key.interface)).count == CallCounter.interfaces + 1)
        #expect(Set(window.calls.map(\.key.callee)).count == CallCounter.peers + 1)
        #expect(counter.folded == 300)
    }

    @Test func `a second holds a bounded number of keys`() throws {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        for peer in 0..<100 {
            for interface in 0..<100 {
                counter.count(try Self.call("/n\(interface)x", callee: "peer\(peer)"), now: Self.now)
            }
        }
        let window = try #require(counter.takeWindows(now: Self.now, all: true).first)
        #expect(window.calls.count <= CallCounter.keysOfSecond + 1)
        #expect(window.calls.reduce(0) { $0 + $1.counts.count } == 10_000)
    }

    @Test func `a clock that is far off counts in the present second`() throws {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        counter.count(try Self.call(at: -7200), now: Self.now)
        counter.count(try Self.call(at: 86_400), now: Self.now)
        counter.count(try Self.call(at: -600), now: Self.now)
        let windows = counter.takeWindows(now: Self.now, all: true)
        #expect(windows.map(\.second) == [Self.now.seconds - 600, Self.now.seconds])
        #expect(counter.shifted == 2)
    }

    @Test func `parts of calls add up over time`() throws {
        var counter = CallCounter(counter: "i1", epoch: Self.now)
        for _ in 0..<300 { counter.count(try Self.call(weight: 10.0 / 3), now: Self.now) }
        let window = try #require(counter.takeWindows(now: Self.now, all: true).first)
        #expect((999...1000).contains(window.calls[0].counts.count))
        #expect(window.calls[0].counts.durations.count == window.calls[0].counts.count)
    }
}
