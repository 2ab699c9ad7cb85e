import GantryBase
import Testing

@Suite struct SeverityWordsTests {
    static let words: [(String, Int32?)] = [
        ("info", 9), ("INFO", 9), ("Info2", 10), ("INFO4", 12), ("INFO5", nil), ("info+2", 11),
        ("DEBUG-4", 1),
        ("trace-9", 1), ("fatal+9", 24), ("warning", 13), ("CRITICAL", 21), ("crit", 21), ("Alert", 22),
        ("emergency", 23), ("dpanic", 18), ("notice", 10), ("", nil), ("in", nil), ("infos", nil),
        ("17", nil),
        ("+2", nil), ("info+", nil), ("info+999", nil), ("information!", nil),
        ("a very long word it is", nil),
    ]

    @Test(arguments: words)
    func `a word of any letter case is a severity number, with its step`(_ word: String, _ number: Int32?) {
        #expect(SeverityWords.number(word) == number)
    }
}
