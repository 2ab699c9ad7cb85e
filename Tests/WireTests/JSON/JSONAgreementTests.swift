import Foundation
import GantryBase
import Testing
import Wire

/// Holds the codec against another implementation of JSON: whatever one of the two writes, the other reads.
@Suite struct JSONAgreementTests {
    @Test("Another decoder reads what is encoded here, and the other way round")
    func codable() throws {
        // Left out is what the other coder has another shape for: dictionaries with keys of a type of their own.
        var sample = Sample()
        (sample.byColor, sample.byName) = ([:], [:])
        let encoder = JSONEncoder()
        #expect(try JSONDecoder().decode(Numbers.self, from: Data(JSON.encode(Numbers()))) == Numbers())
        #expect(try JSON.decode(Numbers.self, from: Array(encoder.encode(Numbers()))) == Numbers())
        #expect(try JSONDecoder().decode(Nested.self, from: Data(JSON.encode(Nested()))) == Nested())
        #expect(try JSON.decode(Nested.self, from: Array(encoder.encode(Nested()))) == Nested())
        #expect(try JSONDecoder().decode(Shape.self, from: Data(JSON.encode(sample.shape))) == sample.shape)
        #expect(try JSON.decode(Shape.self, from: Array(encoder.encode(sample.shape))) == sample.shape)
        #expect(
            try JSONDecoder().decode([Key: Name].self, from: Data(JSON.encode(sample.byKey))) == sample.byKey)
        #expect(try JSON.decode([Key: Name].self, from: Array(encoder.encode(sample.byKey))) == sample.byKey)
    }

    @Test(
        "A JSON value goes through another coder unchanged but for the order of members",
        arguments: UInt64(1)...20)
    func values(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let value = sorted(JSONValueTests.random(depth: 5, &generator))
            let theirs = try JSONEncoder().encode(value)
            #expect(sorted(try JSON.parse(Array(theirs))) == value, "seed \(seed)")
            let ours = Data(JSON.write(value))
            #expect(sorted(try JSONDecoder().decode(JSONValue.self, from: ours)) == value, "seed \(seed)")
        }
    }

    /// Sorts members, and makes integral numbers integers, since the other coder writes 3.0 as 3.
    private func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let members):
            .object(
                members.map { JSONValue.Member($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        case .number(let number): Int64(exactly: number).map(JSONValue.integer) ?? value
        default: value
        }
    }
}
