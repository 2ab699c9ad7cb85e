import Testing
import Wire

@Suite struct GzipTests {
    @Test(arguments: [0, 1, 1000, 200_000]) func whatIsPackedIsUnpacked(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        let packed = Gzip.pack(bytes)
        #expect(packed.starts(with: [0x1F, 0x8B]))
        #expect(try Gzip.unpack(packed, limit: size) == bytes)
        #expect(try Gzip.unpack(packed + packed, limit: 2 * size) == bytes + bytes)
    }

    @Test func aBombEndsAtTheLimit() {
        let bomb = Gzip.pack([UInt8](repeating: 0, count: 32 << 20), level: 9)
        #expect(bomb.count < 40_000)
        #expect(throws: Gzip.Failure.tooLarge(limit: 1 << 20)) { try Gzip.unpack(bomb, limit: 1 << 20) }
    }

    @Test func whatIsCutOrDamagedIsRefused() {
        let packed = Gzip.pack(Array("the quick brown fox".utf8))
        for length in 0..<packed.count {
            #expect(throws: Gzip.Failure.self) { try Gzip.unpack(Array(packed.prefix(length)), limit: 100) }
        }
        var damaged = packed
        damaged[packed.count - 6] ^= 1
        #expect(throws: Gzip.Failure.damaged) { try Gzip.unpack(damaged, limit: 100) }
        #expect(throws: Gzip.Failure.damaged) { try Gzip.unpack(Array("no gzip".utf8), limit: 100) }
    }
}
