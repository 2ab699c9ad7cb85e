import GantryBase
import Testing
import Wire

@Suite struct JSONValueTests {
    @Test("Accessors give the value of their kind only")
    func accessors() {
        let value: JSONValue = ["a": [1, 2.5, "x", true, nil], "n": 3.0]
        #expect(value["a"]?[0]?.integerValue == 1)
        #expect(value["a"]?[0]?.numberValue == 1)
        #expect(value["a"]?[1]?.numberValue == 2.5)
        #expect(value["a"]?[1]?.integerValue == nil)
        #expect(value["n"]?.integerValue == 3)
        #expect(value["a"]?[2]?.stringValue == "x")
        #expect(value["a"]?[3]?.boolValue == true)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["b"] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(value.objectValue?.map(\.name) == ["a", "n"])
        #expect(value.arrayValue == nil)
    }

    @Test("A member is set, replaced and removed by name")
    func subscripts() {
        var value: JSONValue = .null
        value["a"] = 1
        value["b"] = "x"
        value["a"] = 2
        #expect(value == ["a": 2, "b": "x"])
        value["a"] = nil
        value["c"] = nil
        #expect(value == ["b": "x"])
    }

    @Test("Text is written with the escapes that JSON needs and no others")
    func writing() {
        let value: JSONValue = [
            "a": "\"\\/\n\r\t\u{1}\u{1F}\u{7F}中😀", "n": [1, -2, 1.0, 1e300, .number(-0.0)],
        ]
        let text = String(decoding: JSON.write(value), as: UTF8.self)
        #expect(
            text == #"{"a":"\"\\/\n\r\t\u0001\u001f"# + "\u{7F}" + #"中😀","n":[1,-2,1.0,1e+300,-0.0]}"#)
        #expect(JSON.write(.integer(.min)) == Array("-9223372036854775808".utf8))
        #expect(JSON.write(.number(.nan)) == Array("null".utf8))
    }

    @Test("Pretty text has a line per member and keeps empty containers short")
    func pretty() {
        let value: JSONValue = ["b": [1, []], "a": [:]]
        let expected = """
            {
              "b": [
                1,
                []
              ],
              "a": {}
            }
            """
        #expect(String(decoding: JSON.write(value, pretty: true), as: UTF8.self) == expected)
    }

    @Test("Random values read back as they were written", arguments: UInt64(1)...20)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let value = Self.random(depth: 5, &generator)
            #expect(try JSON.parse(JSON.write(value)) == value, "seed \(seed)")
            #expect(try JSON.parse(JSON.write(value, pretty: true)) == value, "seed \(seed)")
            #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value, "seed \(seed)")
        }
    }

    @Test("Random doubles and integers read back bit by bit")
    func numbers() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let double = Double(bitPattern: generator.next())
            if double.isFinite {
                guard case .number(let read) = try JSON.parse(JSON.write(.number(double))) else {
                    Issue.record("\(double) is no number")
                    return
                }
                #expect(read.bitPattern == double.bitPattern)
            }
            let integer = Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator)
            #expect(try JSON.parse(JSON.write(.integer(integer))) == .integer(integer))
        }
    }

    @Test("Decimals are read as the nearest Double")
    func decimals() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let digits = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
            let text = "\(digits)e\(Int.random(in: -40...40, using: &generator))"
            #expect(try JSON.parse(text) == .number(try #require(Double(text))))
        }
    }

    static func random(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2:
            return .integer(
                Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
        case 3:
            let number = Double(bitPattern: generator.next())
            return .number(number.isFinite ? number : 0.5)
        case 4: return .string(text(&generator))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in random(depth: depth - 1, &generator)
                })
        default:
            var names: Set<String> = []
            for _ in 0..<Int.random(in: 0..<24, using: &generator) { names.insert(text(&generator)) }
            return .object(names.map { .init($0, random(depth: depth - 2, &generator)) })
        }
    }

    static func text(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            let largest: [UInt32] = [0x1F, 0x7F, 0x7F, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF]
            let code = UInt32.random(
                in: 0...largest[Int.random(in: 0..<7, using: &generator)], using: &generator)
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
