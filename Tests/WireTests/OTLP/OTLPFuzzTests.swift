import GantryBase
import Testing
import Wire

/// Damages good bodies at random: whatever comes, there is a value or an `OTLPError`, and the value comes back.
@Suite struct OTLPFuzzTests {
    static func damage(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var body = body
        for _ in 0..<Int.random(in: 1...4, using: &random) where !body.isEmpty {
            let at = Int.random(in: 0..<body.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: body[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: body[at] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 2: body.remove(at: at)
            case 3: body.insert(UInt8.random(in: .min ... .max, using: &random), at: at)
            case 4: body.replaceSubrange(at..<min(at + 8, body.count), with: repeatElement(0xFF, count: 8))
            default:
                let from = Int.random(in: 0..<body.count, using: &random)
                body.insert(contentsOf: body[from..<min(from + 16, body.count)], at: at)
            }
        }
        return body
    }

    @Test(arguments: Fixture.signals, OTLP.Encoding.allCases)
    func damagedBodiesNeverCrash(name: String, encoding: OTLP.Encoding) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let body = try Fixture.bytes(name + (encoding == .json ? ".json" : ".pb"))
        var (taken, refused) = (0, 0)
        for _ in 0..<(encoding == .json ? 300 : 3000) {
            let damaged = Self.damage(body, &random)
            do throws(OTLPError) {
                let once = try Fixture.recode(name, damaged, as: encoding, to: .protobuf)
                let twice = try Fixture.recode(name, once, as: .protobuf, to: .protobuf)
                #expect(once == twice, "seed \(seed)")
                taken += 1
            } catch {
                refused += 1
                #expect(
                    error.offset.map { (0...damaged.count).contains($0) } ?? (encoding == .json),
                    "seed \(seed)")
            }
        }
        #expect(taken > 0 && refused > 0, "seed \(seed)")
    }

    @Test(arguments: ["traces", "sdk-traces"]) func walkingInPlaceNeverCrashes(name: String) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let body = try Fixture.bytes("\(name).pb")
        for _ in 0..<3000 {
            let damaged = Self.damage(body, &random)
            var (spans, whole) = (0, true)
            damaged.withUnsafeBytes { bytes in
                do throws(OTLPError) {
                    try OTLP.forEachSpan(in: bytes) { (_, _, span) throws(ProtobufFault) in
                        spans += 1
                        var attributes = span.attributes
                        while let attribute = try attributes.next() {
                            if case .array(var values) = attribute.value {
                                while try values.next() != nil {}
                            }
                        }
                    }
                } catch {
                    whole = false
                }
            }
            // What can be decoded can be walked; a span that is left out is not looked into.
            if let decoded = try? OTLP.decodeTraces(damaged), decoded.rejected == 0 {
                #expect(whole && spans == decoded.batch.recordCount, "seed \(seed)")
            }
        }
    }
}
