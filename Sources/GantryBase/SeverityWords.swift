/// What loggers call their levels, as OpenTelemetry's severity numbers, 1 to 24: the one table for lines that are read and
/// for searches that are typed, so that whoever types a word finds what was written with it.
///
/// `critical` and what is above it are of the range of `fatal`: Python, .NET and syslog have nothing else there, and so
/// OpenTelemetry's own bridges map them.
public enum SeverityWords {
    private static let words: [(StaticString, Int32)] = [
        ("info", 9), ("error", 17), ("warn", 13), ("debug", 5), ("warning", 13), ("trace", 1),
        ("fatal", 21), ("critical", 21), ("notice", 10), ("err", 17), ("crit", 21), ("severe", 17),
        ("inf", 9), ("information", 9), ("informational", 9), ("config", 9), ("dbg", 5), ("fine", 5),
        ("trc", 1), ("verbose", 1), ("finest", 1), ("finer", 1), ("silly", 1), ("wrn", 13), ("fail", 17),
        ("dpanic", 18), ("ftl", 21), ("panic", 21), ("alert", 22), ("emerg", 23), ("emergency", 23),
    ]
    /// In bytes: no word is longer, nor one with a step behind it.
    public static let longest = 16

    /// Reads a word of any letter case, also with a step: OpenTelemetry's `INFO2`, slog's `INFO+2`. Nil for other words.
    public static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard text.count <= longest else { return nil }
        let end = text.firstIndex { !isLetter($0) } ?? text.endIndex
        guard let base = number(ofWord: text[..<end]) else { return nil }
        guard end < text.endIndex else { return base }
        guard let step = step(text[end...]) else { return nil }
        return min(max(base + step, 1), 24)
    }

    public static func number(_ text: String) -> Int32? {
        var text = text
        return text.withUTF8 { number($0) }
    }

    private static func number(ofWord text: Slice<UnsafeBufferPointer<UInt8>>) -> Int32? {
        for (word, number) in words where word.utf8CodeUnitCount == text.count {
            let start = word.utf8Start
            var at = 0
            while at < text.count, text[text.startIndex + at] | 0x20 == start[at] { at += 1 }
            if at == text.count { return number }
        }
        return nil
    }

    /// `2` to `4` are OpenTelemetry's steps within a range; `+2` and `-3` are slog's.
    private static func step(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int32? {
        guard let first = text.first else { return nil }
        let digits = first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? text.dropFirst() : text
        guard (1...2).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        let value = digits.reduce(Int32(0)) { $0 * 10 + Int32($1) - 48 }
        if first == UInt8(ascii: "+") { return value }
        if first == UInt8(ascii: "-") { return -value }
        return (1...4).contains(value) ? value - 1 : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
