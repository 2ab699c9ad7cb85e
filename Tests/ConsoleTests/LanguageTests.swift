import Console
import Foundation
import GantryBase
import Testing

@Suite struct LanguageTests {
    @Test(arguments: [
        ("", ReaderLanguage.english), ("zh-CN,zh;q=0.9,en;q=0.8", .chinese),
        ("en-US,en;q=0.9,zh;q=0.8", .english),
        ("fr-FR, de;q=0.9", .english), ("fr, zh;q=0.5", .chinese), ("ZH-hant", .chinese),
        ("zh;q=0", .english),
        ("en;q=0.1, zh;q=0.2", .chinese), (";;;,,,q=", .english), ("zh;q=abc", .english), ("*", .english),
    ])
    func theLanguageIsTheOneAskedForMost(field: String, language: ReaderLanguage) {
        #expect(ReaderLanguage.accepted(field) == language)
    }

    @Test func aCookieWinsAndNonsenseCountsAsNotSaid() {
        let chosen = Preferences(
            cookies: "a=b; gantry-language=zh; gantry-theme=dark; gantry-zone=480", acceptLanguage: "en")
        #expect(chosen.language == .chinese && chosen.theme == .dark && chosen.zoneMinutes == 480)
        let nonsense = Preferences(
            cookies: "gantry-language=xx; gantry-theme=<b>; gantry-zone=99999", acceptLanguage: "zh")
        #expect(nonsense.language == .chinese && nonsense.theme == .system && nonsense.zoneMinutes == 0)
    }

    /// Reads the sources: every phrase that stands there has both languages, and the Chinese one is Chinese.
    @Test func noPhraseLacksALanguage() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Console").resolvingSymlinksInPath()
        let names = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
        var found = 0
        let pattern = /Phrase\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"/
        for name in names where name.hasSuffix(".swift") && !name.hasPrefix("Embedded") {
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            for match in text.matches(of: pattern) {
                found += 1
                let (english, chinese) = (String(match.1), String(match.2))
                #expect(
                    !english.trimmingCharacters(in: .whitespaces).isEmpty,
                    "\(name): no English for \(chinese)")
                let words = chinese.replacing(/\\\([^)]*\)*/, with: "")
                let isNumbers = words.allSatisfy { !$0.isLetter }
                let hasHan = words.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
                // What is the same in both (the search language) is no translation.
                #expect(hasHan || isNumbers || english == chinese, "\(name): no Chinese for \(english)")
                #expect(!english.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
            }
        }
        #expect(found > 150, "the pattern no longer finds the phrases")
    }

    @Test func countsUseTheRightForm() {
        #expect(Phrase.rows(1)[.english] == "1 row")
        #expect(Phrase.rows(1200)[.english] == "1,200 rows")
        #expect(Phrase.rows(1200)[.chinese] == "1,200 行")
    }

    static let lengths: [(Double, String, String)] = [
        (0, "0 ms", "0 毫秒"), (0.84, "840 µs", "840 微秒"), (12.4, "12.4 ms", "12.4 毫秒"),
        (1240, "1.24 s", "1.24 秒"), (59_940, "59.9 s", "59.9 秒"), (200_000, "3 min 20 s", "3 分 20 秒"),
        (7_500_000, "2 h 5 min", "2 时 5 分"), (273_600_000, "3 d 4 h", "3 天 4 时"), (-1, "–", "–"),
        (.nan, "–", "–"),
    ]
    @Test(arguments: lengths) func aLengthOfTimeIsShort(
        milliseconds: Double, english: String, chinese: String
    ) {
        #expect(Formats(.english).duration(milliseconds: milliseconds) == english)
        #expect(Formats(.chinese).duration(milliseconds: milliseconds) == chinese)
    }

    @Test(arguments: [
        (0.0, "0", "0"), (999, "999", "999"), (1234, "1.23k", "1234"), (12_345, "12.3k", "1.23 万"),
        (3_456_789, "3.46M", "346 万"), (230_000_000, "230M", "2.3 亿"),
    ])
    func aLargeNumberIsCompact(number: Double, english: String, chinese: String) {
        #expect(Formats(.english).compact(number) == english)
        #expect(Formats(.chinese).compact(number) == chinese)
    }

    @Test func bytesPercentsAndGroups() {
        #expect(Formats(.english).bytes(1023) == "1023 B")
        #expect(Formats(.english).bytes(1_572_864) == "1.5 MiB")
        #expect(Formats(.english).percent(0.1234) == "12.3%")
        #expect(Formats(.english).percent(0.00001) == "<0.01%")
        #expect(Formats(.english).percent(0) == "0%")
        #expect(Formats.grouped(-1_234_567) == "-1,234,567")
        #expect(Formats(.english).number(1234.56) == "1,234.6")
    }

    @Test func timesAreOfTheReadersClock() throws {
        let time = try #require(Timestamp("2026-11-24T17:43:08.012Z"))
        #expect(Formats(.english, zoneMinutes: 480).dateTime(time) == "2026-11-25 01:43:08")
        #expect(Formats(.english).clock(time, milliseconds: true) == "17:43:08.012")
        #expect(Formats(.english).date(time) == "24 Nov 2026")
        #expect(Formats(.chinese).date(time) == "2026年11月24日")
    }

    @Test(arguments: [
        (3, "just now", "刚刚"), (40, "40 s ago", "40 秒前"), (300, "5 min ago", "5 分钟前"),
        (7300, "2 h ago", "2 小时前"), (-7300, "in 2 h", "2 小时后"), (259_200, "3 d ago", "3 天前"),
    ])
    func aTimeIsToldFromNow(seconds: Int64, english: String, chinese: String) {
        let now = Timestamp(seconds: 1_795_513_388)
        let time = now - .seconds(seconds)
        #expect(Formats(.english).relative(time, to: now) == english)
        #expect(Formats(.chinese).relative(time, to: now) == chinese)
    }
}
