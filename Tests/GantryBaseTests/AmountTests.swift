import GantryBase
import Testing

@Suite struct AmountTests {
    @Test(arguments: [
        ("500ms", 500), ("10s", 10_000), ("1m30s", 90_000), ("2h", 7_200_000), ("7d", 604_800_000), ("0", 0),
    ])
    func aPeriodIsReadInMilliseconds(text: String, milliseconds: Int64) throws {
        let period = try #require(Period(text))
        #expect(period.milliseconds == milliseconds)
        #expect(Period(period.description) == period)
    }

    @Test(arguments: [
        "", "10", "s", "-1s", "1s1m", "1.5s", "1 s", "1s1s", "99999999999999999999s", "999999999999d",
    ])
    func whatIsNoPeriodIsRefused(text: String) { #expect(Period(text) == nil) }

    @Test(arguments: [("1", 1), ("512Ki", 524_288), ("256Mi", 268_435_456), ("2Gi", 2_147_483_648)])
    func aByteCountIsReadInBytes(text: String, bytes: Int64) throws {
        let count = try #require(ByteCount(text))
        #expect(count.bytes == bytes)
        #expect(count.description == text)
    }

    @Test(arguments: ["", "Mi", "1MB", "1 Mi", "-1Mi", "9999999999Ti"])
    func whatIsNoByteCountIsRefused(text: String) { #expect(ByteCount(text) == nil) }

    @Test(arguments: [("250m", 250), ("1", 1000), ("1.5", 1500)])
    func anAmountOfProcessorIsReadInMillicores(text: String, millicores: Int64) {
        #expect(CPUAmount(text)?.millicores == millicores)
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2026-11-24T13:31:55.123Z", "2000-02-29T23:59:59.000000001Z"])
    func aTimeIsReadBackAsItWasWritten(text: String) throws {
        #expect(try #require(Timestamp(text)).description == text)
    }

    @Test func peopleReadATimeToTheSecond() {
        #expect(Timestamp(nanoseconds: 1_800_000_000_123_456_789).readable == "2027-01-15 08:00:00 UTC")
        #expect(Timestamp.epoch.readable == "1970-01-01 00:00:00 UTC")
    }

    @Test func aTimeWithAnOffsetIsThatTimeInUTC() {
        #expect(Timestamp("2026-11-24T08:00:00+08:00") == Timestamp("2026-11-24T00:00:00Z"))
    }

    @Test(arguments: [
        "", "2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T25:00:00Z", "2026-11-24T00:00:00",
    ])
    func whatIsNoTimeIsRefused(text: String) { #expect(Timestamp(text) == nil) }
}
