import GantryBase
import Wire

enum Color: String, Codable, CaseIterable { case red, green }

struct Name: RawRepresentable, Hashable, Codable { var rawValue: String }

struct Key: RawRepresentable, Hashable, Codable, CodingKeyRepresentable { var rawValue: String }

struct Empty: Codable, Equatable {}

/// An enum with synthesised coding of all three shapes of a case.
indirect enum Shape: Codable, Equatable {
    case point
    case circle(radius: Double)
    case pair(Shape, Shape)
}

struct Numbers: Codable, Equatable {
    var a = Int8.min
    var b = Int16.min
    var c = Int32.min
    var d = Int64.min
    var e = Int.max
    var f = UInt8.max
    var g = UInt16.max
    var h = UInt32.max
    var i = UInt64(Int64.max)
    var j = UInt(7)
    var k: Float = 0.1
    var l = -2.5e-300
}

struct Sample: Codable, Equatable {
    var name = "中文 \"quoted\"\n"
    var numbers = Numbers()
    var colors: [Color] = [.green, .red]
    var shape = Shape.pair(.circle(radius: 1.5), .pair(.point, .point))
    var none: String?
    var some: Int? = 3
    var holes: [Int?] = [1, nil, 3]
    var matrix: [[Bool]] = [[true], [], [false, true]]
    var labels = ["b": 1, "a": 2]
    var byColor: [Color: [String]] = [.red: ["x"], .green: []]
    var byName: [Name: Int?] = [Name(rawValue: "z"): 1, Name(rawValue: "y"): nil]
    var byKey: [Key: Name] = [Key(rawValue: "k"): Name(rawValue: "v")]
    var byNumber: [Int: String] = [10: "ten", 9: "nine"]
    var any: JSONValue = ["z": [1, nil, 2.5], "a": [:]]
    var noValue: JSONValue = .null
    var empty = Empty()
    var names: Set<String> = ["one"]
    var bytes: [UInt8] = [0, 255]
    var period = Period.seconds(90)
    var time = Timestamp(seconds: 0)
    var range = 1..<5
}

class Base: Codable {
    var base = 1
    init() {}
}

/// Codes its base through the super coder, and shares a keyed container between two calls.
final class Derived: Base {
    var own = "x"
    enum CodingKeys: String, CodingKey { case own, more }
    override init() { super.init() }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        own = try container.decode(String.self, forKey: .own)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(own, forKey: .own)
        try super.encode(to: container.superEncoder())
        var again = encoder.container(keyedBy: CodingKeys.self)
        try again.encode(true, forKey: .more)
    }
}

/// Uses every nested container, filling an outer one after the inner was handed out.
struct Nested: Codable, Equatable {
    var x = 1
    var y = ["p", "q"]
    enum Keys: String, CodingKey { case outer, list, x }
    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let outer = try container.nestedContainer(keyedBy: Keys.self, forKey: .outer)
        x = try outer.decode(Int.self, forKey: .x)
        var list = try container.nestedUnkeyedContainer(forKey: .list)
        var inner = try list.nestedUnkeyedContainer()
        y = []
        while !inner.isAtEnd { y.append(try inner.decode(String.self)) }
        _ = try list.nestedContainer(keyedBy: Keys.self).decode(Int.self, forKey: .x)
        _ = try Int(from: list.superDecoder())
        guard try list.decodeNil(), list.isAtEnd else {
            throw DecodingError.dataCorruptedError(in: list, debugDescription: "should end with null")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var outer = container.nestedContainer(keyedBy: Keys.self, forKey: .outer)
        var list = container.nestedUnkeyedContainer(forKey: .list)
        var inner = list.nestedUnkeyedContainer()
        var keyed = list.nestedContainer(keyedBy: Keys.self)
        try 9.encode(to: list.superEncoder())
        try list.encodeNil()
        try keyed.encode(2, forKey: .x)
        for name in y { try inner.encode(name) }
        try outer.encode(x, forKey: .x)
    }
}
