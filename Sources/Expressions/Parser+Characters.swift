extension Parser {
    enum Keyword: String {
        case and = "AND"
        case or = "OR"
        case not = "NOT"
    }

    var isAtEnd: Bool { at >= bytes.count }
    var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    func byte(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Spaces, tabs, ends of lines, the no-break space, and the wide space that Chinese and Japanese keyboards write.
    func isSpace(_ place: Int) -> Bool { spaceLength(place) > 0 }

    private func spaceLength(_ place: Int) -> Int {
        guard place < bytes.count else { return 0 }
        switch bytes[place] {
        case 0x20, 0x09...0x0D: return 1
        case 0xC2: return byte(place + 1) == 0xA0 ? 2 : 0
        case 0xE3: return byte(place + 1) == 0x80 && byte(place + 2) == 0x80 ? 3 : 0
        default: return 0
        }
    }

    mutating func skipSpace() {
        while case let length = spaceLength(at), length > 0 { at += length }
    }

    /// Characters that end a word wherever it stands; the rest depends on the place.
    func endsWord(_ place: Int) -> Bool {
        switch bytes[place] {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "|"), UInt8(ascii: "<"),
            UInt8(ascii: ">"):
            true
        default: isSpace(place)
        }
    }

    /// The end of the word at `start`, which also ends at any byte of `stops`.
    func wordEnd(_ start: Int, stops: String = "") -> Int {
        var end = start
        while end < bytes.count, !endsWord(end), !stops.utf8.contains(bytes[end]) { end += 1 }
        return end
    }

    /// The word at `start`, or the one character that stands there, for marking a mistake.
    func wordRange(_ start: Int) -> Range<Int> {
        start..<min(bytes.count, max(wordEnd(start, stops: ":"), start + 1))
    }

    func isKeyword(_ keyword: Keyword) -> Bool {
        let end = at + keyword.rawValue.utf8.count
        guard end <= bytes.count, bytes[at] | 0x20 == (keyword.rawValue.utf8.first ?? 0) | 0x20 else {
            return false
        }
        let word = bytes[at..<end].map { form == .condition && $0 &- 97 < 26 ? $0 & 0xDF : $0 }
        return word.elementsEqual(keyword.rawValue.utf8) && (end == bytes.count || endsWord(end))
    }

    mutating func takeKeyword(_ keyword: Keyword) -> Bool {
        skipSpace()
        guard isKeyword(keyword) else { return false }
        at += keyword.rawValue.utf8.count
        return true
    }

    mutating func take(_ text: String) -> Bool {
        guard bytes[at...].starts(with: text.utf8) else { return false }
        at += text.utf8.count
        return true
    }

    /// A word of the source for a message: shortened, and without what could play tricks in a terminal.
    func shown(_ text: String) -> String {
        let visible = String(text.prefix(40).map { DisplayWidth.visible($0) })
        return visible.count < text.count ? visible + "…" : visible
    }
}
