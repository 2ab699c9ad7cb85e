import GantryBase
import Testing
import Wire

@Suite struct JSONCodingTests {
    @Test("A value of many shapes reads back as it was written")
    func roundTrip() throws {
        let sample = Sample()
        for pretty in [false, true] {
            #expect(try JSON.decode(Sample.self, from: JSON.encode(sample, pretty: pretty)) == sample)
        }
        #expect(try JSON.decode(Sample.self, from: JSON.value(of: sample)) == sample)
        #expect(try JSON.decode(Nested.self, from: JSON.encode(Nested())) == Nested())
        #expect(
            try JSON.decode([Int: [Sample?]].self, from: JSON.encode([4: [sample, nil]])) == [
                4: [sample, nil]
            ])
    }

    @Test("The text of each shape is what other readers of JSON expect")
    func text() throws {
        let sample = try JSON.value(of: Sample())
        func text(_ name: String) -> String? {
            sample[name].map { String(decoding: JSON.write($0), as: UTF8.self) }
        }
        #expect(text("byColor") == #"{"green":[],"red":["x"]}"#)
        #expect(text("byName") == #"{"y":null,"z":1}"#)
        #expect(text("byKey") == #"{"k":"v"}"#)
        #expect(text("byNumber") == #"{"10":"ten","9":"nine"}"#)
        #expect(text("any") == #"{"z":[1,null,2.5],"a":{}}"#)
        #expect(text("holes") == "[1,null,3]")
        #expect(text("none") == nil)
        #expect(text("noValue") == "null")
        #expect(text("empty") == "{}")
        #expect(text("bytes") == "[0,255]")
        #expect(text("period") == #""1m30s""#)
        #expect(
            text("shape")
                == #"{"pair":{"_0":{"circle":{"radius":1.5}},"_1":{"pair":{"_0":{"point":{}},"_1":{"point":{}}}}}}"#
        )
        #expect(sample["numbers"]?["k"] == 0.1)
        #expect(sample.objectValue?.map(\.name) == sample.objectValue?.map(\.name).sorted())
        #expect(try JSON.encodeString(Nested()) == #"{"list":[["p","q"],{"x":2},9,null],"outer":{"x":1}}"#)
    }

    @Test("Scalars stand at the top of a document, too")
    func scalars() throws {
        #expect(try JSON.encodeString("a") == #""a""#)
        #expect(try JSON.encodeString(5) == "5")
        #expect(try JSON.encodeString(UInt8(5)) == "5")
        #expect(try JSON.encodeString(Int?.none) == "null")
        #expect(try JSON.encodeString([Int]()) == "[]")
        #expect(try JSON.encodeString(Empty()) == "{}")
        #expect(try JSON.encodeString(Color.red) == #""red""#)
        #expect(try JSON.decode(Int?.self, from: Array("null".utf8)) == nil)
        #expect(try JSON.decode(Int.self, from: Array("1e3".utf8)) == 1000)
        #expect(try JSON.decode(UInt64.self, from: Array("9223372036854775807".utf8)) == UInt64(Int64.max))
        #expect(try JSON.decode(Double.self, from: Array("3".utf8)) == 3)
    }

    @Test("A class codes its base under super")
    func superCoder() throws {
        let text = try JSON.encodeString(Derived())
        #expect(text == #"{"more":true,"own":"x","super":{"base":1}}"#)
        let read = try JSON.decode(Derived.self, from: JSON.parse(text))
        #expect(read.own == "x")
        #expect(read.base == 1)
    }

    @Test("Equal dictionaries give equal bytes, whatever their order in memory")
    func deterministic() throws {
        var dictionary: [String: Int] = [:]
        for number in 0..<500 { dictionary["key\(number)"] = number }
        var other: [String: Int] = [:]
        other.reserveCapacity(4000)
        for number in (0..<500).reversed() { other["key\(number)"] = number }
        let bytes = try JSON.encode(dictionary)
        #expect(try JSON.encode(other) == bytes)
        #expect(try JSON.decode([String: Int].self, from: bytes) == dictionary)
    }

    struct Spec: Codable {
        struct Port: Codable { var name: String, number: UInt16 }
        var ports: [Port]
        var color: Color?
        var labels: [String: Int]?
        var period: Period?
        var byColor: [Color: Int]?
        var shape: Shape?
        var big: UInt64?
        var small: Float?
    }

    static let mistakes: [(String, String)] = [
        ("[]", "the document: must be an object, is an array"),
        ("null", "the document: must be an object, is null"),
        ("{}", "ports: is missing"),
        (#"{"ports":{}}"#, "ports: must be an array, is an object"),
        (#"{"ports":[{"name":"a","number":1},{"number":1}]}"#, "ports[1].name: is missing"),
        (#"{"ports":[{"name":7,"number":1}]}"#, "ports[0].name: must be a string, is an integer"),
        (#"{"ports":[{"name":null,"number":1}]}"#, "ports[0].name: must be a string, is null"),
        (#"{"ports":[{"name":"a","number":1.5}]}"#, "ports[0].number: must be an integer, is a number"),
        (#"{"ports":[{"name":"a","number":"1"}]}"#, "ports[0].number: must be an integer, is a string"),
        (
            #"{"ports":[{"name":"a","number":65536}]}"#,
            "ports[0].number: must be a number from 0 to 65535"
        ),
        (#"{"ports":[{"name":"a","number":-1}]}"#, "ports[0].number: must be a number from 0 to 65535"),
        (#"{"ports":[],"labels":{"a.b":true}}"#, #"labels["a.b"]: must be an integer, is a boolean"#),
        (
            #"{"ports":[],"period":"1 week"}"#,
            "period: 1 week is not a duration such as 500ms, 10s, 1m30s, 2h or 7d"
        ),
        (#"{"ports":[],"byColor":{"blue":1}}"#, "byColor.blue: is not one of red, green"),
        (#"{"ports":[],"byColor":{"red":"1"}}"#, "byColor.red: must be an integer, is a string"),
        (#"{"ports":[],"color":"blue"}"#, #"color: "blue" is not one of red, green"#),
        (#"{"ports":[],"color":7}"#, "color: must be a string, is an integer"),
        (#"{"ports":[],"shape":{"circle":{}}}"#, "shape.circle.radius: is missing"),
        (#"{"ports":[],"big":9223372036854775808}"#, "big: must be a number from 0 to 9223372036854775807"),
        (#"{"ports":[],"small":1e200}"#, "small: is too large a number"),
        ("{\"ports\":\n?}", "line 2, column 1: expected a value, found '?'"),
    ]

    @Test("A document of the wrong shape is refused with the path and what is wrong", arguments: mistakes)
    func refuses(_ text: String, _ message: String) throws {
        let error = try #require(throws: (any Error).self) {
            try JSON.decode(Spec.self, from: Array(text.utf8))
        }
        #expect(JSON.describe(error) == message)
    }

    @Test("An array that is read beyond its end says so")
    func beyondEnd() throws {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                _ = try list.decode(Int.self)
                _ = try list.decode(Int.self)
            }
        }
        let error = try #require(throws: DecodingError.self) {
            try JSON.decode(Pair.self, from: JSONValue.array([1]))
        }
        #expect(JSON.describe(error) == "[1]: is missing, the array has 1 elements")
    }

    /// A value that contains itself, as a mistake in a model might.
    final class Loop: Encodable {
        var next: Loop?
    }

    struct Twice: Encodable {
        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(1)
            _ = encoder.container(keyedBy: Key2.self)
        }
        enum Key2: CodingKey { case a }
    }

    @Test("What JSON cannot hold is refused with its path")
    func refusesToEncode() throws {
        func message(_ value: some Encodable) throws -> String {
            JSON.describe(try #require(throws: (any Error).self) { try JSON.encode(value) })
        }
        let notFinite = "is a number that is not finite, which JSON cannot hold"
        #expect(try message(["a": [1, Double.nan]]) == "a[1]: \(notFinite)")
        #expect(try message(-Float.infinity) == "the document: \(notFinite)")
        #expect(try message(["a": JSONValue.array([.number(.infinity)])]) == "a[0]: \(notFinite)")
        #expect(
            try message([UInt64.max])
                == "[0]: is an integer beyond Int64, which JSON readers round; write it as text")
        let twice = JSONValue.object([.init("a", 1), .init("a", 2)])
        #expect(try message(["x": twice]) == "x: has the name a twice")
        #expect(try message(["x": Twice()]) == "x: is encoded twice, in different shapes")
        let loop = Loop()
        loop.next = loop
        #expect(try message(loop).hasSuffix("has more than 128 values within each other"))
        loop.next = nil
    }

    @Test("What is encoded at the deepest nesting can be read back, and one level more is refused")
    func depth() throws {
        func nest(_ depth: Int) -> JSONValue { depth == 0 ? 1 : [nest(depth - 1)] }
        _ = try JSON.parse(JSON.encode(nest(128)))
        #expect(throws: EncodingError.self) { try JSON.encode(nest(129)) }
        func shape(_ depth: Int) -> Shape { depth == 0 ? .point : .pair(.point, shape(depth - 1)) }
        // Each pair nests two objects, and the innermost point two more.
        #expect(try JSON.decode(Shape.self, from: JSON.encode(shape(63))) == shape(63))
        #expect(throws: EncodingError.self) { try JSON.encode(shape(64)) }
    }
}
