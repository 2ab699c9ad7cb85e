import GantryBase

/// What loggers call their levels: the words of `SeverityWords`, and the numbers of some.
enum SeverityWord {
    /// Reads a level with the text it was given in.
    static func read(_ value: JSONValue) -> (Severity, String)? {
        switch value {
        case .string(let text): read(text).map { ($0, text) }
        case .integer(let number): read(number).map { ($0, $0.name) }
        default: nil
        }
    }

    static func read(_ text: String) -> Severity? {
        SeverityWords.number(text).map(Severity.init) ?? Int64(text).flatMap(read)
    }

    /// Reads the numbers of pino and bunyan (10 to 60), and those of syslog (0 to 7, 0 the gravest).
    static func read(_ number: Int64) -> Severity? {
        switch number {
        case 0: Severity(rawValue: 23)
        case 1: Severity(rawValue: 22)
        case 2: .fatal
        case 3: .error
        case 4: .warn
        case 5: Severity(rawValue: 10)
        case 6: .info
        case 7: .debug
        case 10..<20: .trace
        case 20..<30: .debug
        case 30..<40: .info
        case 40..<50: .warn
        case 50..<60: .error
        case 60..<70: .fatal
        default: nil
        }
    }

    /// Finds the level of a line of prose: a word in capitals, or in brackets, among the first ones.
    static func inPlainLine(_ line: UnsafeBufferPointer<UInt8>) -> (Severity, String)? {
        /// In words: time, process, thread and logger come before it at most.
        let mostWords = 8
        /// In bytes: what is farther is the message.
        let farthest = 160
        let head = line.prefix(farthest)
        for word in head.split(whereSeparator: { $0 <= 0x20 || $0 == 0x7C }).prefix(mostWords) {
            let bare = word.drop { isBracket($0) }.reversed().drop { isBracket($0) }.reversed()
            guard (3...SeverityWords.longest).contains(bare.count),
                bare.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) })
            else { continue }
            let isMarked = bare.count < word.count && word.first.map(isBracket) == true
            guard isMarked || bare.allSatisfy({ (0x41...0x5A).contains($0) }) else { continue }
            let text = String(decoding: bare, as: UTF8.self)
            if let number = SeverityWords.number(text) { return (Severity(rawValue: number), text) }
        }
        return nil
    }

    private static func isBracket(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: ":"), UInt8(ascii: "*"):
            true
        default: false
        }
    }
}
