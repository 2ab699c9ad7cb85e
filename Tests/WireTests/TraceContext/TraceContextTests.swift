import GantryBase
import Testing
import Wire

@Suite struct TraceContextTests {
    static let trace = "0af7651916cd43dd8448eb211c80319c"
    static let span = "b7ad6b7169203331"

    @Test func aTraceparentComesBack() throws {
        let text = "00-\(Self.trace)-\(Self.span)-01"
        let parent = try #require(TraceParent(text))
        #expect(parent.traceID.description == Self.trace)
        #expect(parent.spanID.description == Self.span)
        #expect(parent.isSampled)
        #expect(parent.description == text)
        var other = parent
        other.isSampled = false
        #expect(other.description.hasSuffix("-00"))
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-0",
        "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-011",
        "ff-\(trace)-\(span)-01", "0g-\(trace)-\(span)-01", "0-\(trace)-\(span)-01",
        "000-\(trace)-\(span)-01",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-\(span)-01", "00-\(trace)-B7AD6B7169203331-01",
        "00-\(trace)-\(span)-0G", "00-\(trace)-\(span)-0A", "00_\(trace)_\(span)_01",
        "00-0af7651916cd43dd8448eb211c80319-\(span)-01", "00-0af7651916cd43dd8448eb211c80319.-\(span)-01",
        "00-\(trace)-b7ad6b716920333-001", " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ",
        "01-\(trace)-\(span)-01.", "cc-\(trace)-\(span)-01what", "00-\(trace)-\(span)-é",
    ]) func anInvalidTraceparentIsNone(text: String) { #expect(TraceParent(text) == nil) }

    @Test(arguments: [
        ("01-\(trace)-\(span)-01", 1), ("cc-\(trace)-\(span)-01-what.the", 1), ("fe-\(trace)-\(span)-f6", 2),
        ("00-\(trace)-\(span)-ff", 3),
    ]) func laterVersionsAreReadAsFarAsTheyAgree(text: String, flags: Int) {
        #expect(TraceParent(text)?.flags == UInt8(flags))
        #expect(TraceParent(text)?.description == "00-\(Self.trace)-\(Self.span)-0\(flags)")
    }

    @Test(arguments: [
        ("", ""), ("a=1", "a=1"), ("a=1,b=2", "a=1,b=2"), (" a=1 ,\t b=2 ,, ", "a=1,b=2"),
        ("fw529a3039@dt=FfAxS:3;%x", "fw529a3039@dt=FfAxS:3;%x"), ("0a_-*/=x y", "0a_-*/=x y"),
    ]) func aTracestateComesBack(text: String, written: String) {
        #expect(TraceState(text)?.description == written)
    }

    @Test(arguments: [
        "a", "a=", "=1", "A=1", "a=1=2", "a@=1", "@a=1", "a@@b=1", "a@b@c=1", "a =1", "a=é", "é=1",
        "a=1\u{1}",
        "a=1,a=2", "-a=1", "a@1b=1", "a@abcdefghijklmno=1", String(repeating: "a", count: 257) + "=1",
        "a=" + String(repeating: "a", count: 257),
        (0..<33).map { "k\($0)=1" }.joined(separator: ","),
    ]) func anInvalidTracestateIsDropped(text: String) { #expect(TraceState(text) == nil) }

    @Test func aTracestateMemberIsSetInFront() throws {
        var state = try #require(TraceState("a=1,b=2,c=3"))
        #expect(state["b"] == "2")
        state.set("b", "9")
        #expect(state.description == "b=9,a=1,c=3")
        state.set("a", nil)
        #expect(state.description == "b=9,c=3")
        for (key, value) in [("Bad", "1"), ("a", "x,y"), ("a", "")] {
            let done = state.set(key, value)
            #expect(!done)
        }
        for number in 0..<40 { state.set("k\(number)", "v") }
        #expect(state.members.count == TraceState.mostMembers)
        #expect(state.members.first?.key == "k39")
    }

    @Test func aLongTracestateLosesLargeMembersFirst() throws {
        let large = "big=" + String(repeating: "x", count: 200)
        let many = (0..<30).map { "key\($0)=0123456789" }.joined(separator: ",")
        let state = try #require(TraceState(large + "," + many))
        #expect(state["big"] == nil)
        #expect(state["key0"] != nil)
        #expect(state.description.utf8.count <= TraceState.longest)
    }

    @Test(arguments: [
        ("ot=th:0", 1.0), ("ot=th:8", 2), ("ot=th:c", 4), ("ot=rv:123;th:fd70a3d70a3d71", 100),
        ("x=1,ot=th:f", 16), ("x=1", 1), ("ot=th:", 1), ("ot=th:123456789012345", 1), ("ot=th:F", 1),
        ("ot=oth:8", 1), ("ot=th:ffffffffffffff", 72_057_594_037_927_936),
    ]) func theThresholdSaysForHowManyATraceStands(text: String, count: Double) throws {
        let state = try #require(TraceState(text))
        #expect(abs(state.adjustedCount / count - 1) < 1e-9)
    }

    @Test func aThresholdIsSetBesideOtherFields() throws {
        var state = try #require(TraceState("v=1,ot=rv:0123456789abcd"))
        state.samplingThreshold = SamplingThreshold(probability: 0.25)
        #expect(state.description == "ot=th:c;rv:0123456789abcd,v=1")
        #expect(state.adjustedCount == 4)
        let id = try #require(TraceID(Self.trace))
        #expect(state.randomness(of: id) == 0x0123_4567_89AB_CD)
        #expect(state.samplingThreshold?.keeps(randomness: 0xBF_FFFF_FFFF_FFFF) == false)
        #expect(state.samplingThreshold?.keeps(randomness: 0xC0_0000_0000_0000) == true)
        #expect(SamplingThreshold(probability: 0) == nil && SamplingThreshold(probability: 1) == .always)
        state.samplingThreshold = nil
        #expect(state.description == "ot=rv:0123456789abcd,v=1")
    }

    @Test(arguments: [
        ("a=1", ["a=1"]), (" a = 1 ; ttl=3 , b=2", ["a=1", "b=2"]), ("a=%E4%B8%AD%20x", ["a=中 x"]),
        ("a=%zz%4", ["a=%zz%4"]), ("a=%FF", ["a=\u{FFFD}"]), ("a=1,a=2", ["a=2"]), ("a=", ["a="]),
        ("a=b=c", ["a=b=c"]), ("a,b=2,=3,c d=4,e=\"x\",f=g h", ["b=2"]), ("é=1,b=é", []), ("", []),
        (",,;", []),
    ]) func baggageIsReadMemberByMember(text: String, members: [String]) {
        #expect(Baggage(text).members.map { "\($0.name)=\($0.value)" } == members)
    }

    @Test func baggageIsSetAndComesBack() {
        var baggage = Baggage("user=7;ttl=3,x=%2C")
        baggage.set("gantry.caller", "yidian/文章, 100%")
        let text = baggage.description
        #expect(text == "user=7;ttl=3,x=%2C,gantry.caller=yidian/%E6%96%87%E7%AB%A0%2C%20100%25")
        #expect(Baggage(text) == baggage)
        #expect(Baggage(text)["gantry.caller"] == "yidian/文章, 100%")
        for (name, value) in [("no token", "x"), ("big", String(repeating: "x", count: Baggage.longest))] {
            let done = baggage.set(name, value)
            #expect(!done)
        }
        baggage.set("x", nil)
        #expect(baggage["x"] == nil)
        #expect(Baggage((0..<200).map { "k\($0)=v" }.joined(separator: ",")).members.count == 180)
        #expect(Baggage("a=1,b=" + String(repeating: "x", count: 9000)).members.count == 1)
    }
}
