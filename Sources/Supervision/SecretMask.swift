/// Takes the values of secrets out of output on its way to a file or a report: a program may print what it was given.
///
/// One mask follows one stream, so that a value is found also where reads cut it. What may be the beginning of a value
/// is held back until more comes or the stream ends: never more than the longest line of a secret, and never a line
/// that has ended. A value that the program changes before it prints it, as Base64 does, is not found.
struct SecretMask: Sendable {
    static let replacement = Array("***".utf8)

    private let finder: SecretFinder
    private var beginning: SecretFinder.Beginning = 0
    /// The last bytes, which may be the beginning of a value.
    private var held: [UInt8] = []
    /// Where values were found, by places in `held`; in order, and apart from each other.
    private var covers: [Range<Int>] = []
    /// The first of `covers` began in bytes that are gone, and was said there.
    private var isSaid = false

    /// - Parameter secrets: values by name.
    init(_ secrets: [String: String]) { finder = SecretFinder(secrets.values) }

    /// Whether there is nothing to look for: output passes unchanged.
    var isEmpty: Bool { finder.isEmpty }

    mutating func apply(_ bytes: [UInt8]) -> [UInt8] {
        guard !isEmpty else { return bytes }
        let text = held.isEmpty ? bytes : held + bytes
        for place in held.count..<text.count {
            beginning = finder.next(beginning, text[place])
            let length = finder.found(beginning)
            if length > 0 { cover(place + 1 - length..<place + 1) }
        }
        // A value that is yet to be found begins with the longest beginning or later.
        return release(text, to: text.count - finder.length(beginning))
    }

    /// Ends the stream: gives what was held back. The larger part of a secret may be in it, where a program was killed
    /// while it wrote; so it is masked as well, unless it is too short to tell anything.
    mutating func end() -> [UInt8] {
        if held.count >= SecretFinder.shortest { cover(0..<held.count) }
        beginning = 0
        return release(held, to: held.count)
    }

    /// Values that overlap become one; those that only touch stay two, or the result would depend on the reads.
    private mutating func cover(_ found: Range<Int>) {
        var found = found
        while let last = covers.last, last.upperBound > found.lowerBound {
            found = min(last.lowerBound, found.lowerBound)..<found.upperBound
            covers.removeLast()
        }
        covers.append(found)
    }

    private mutating func release(_ text: [UInt8], to end: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(end)
        var at = 0
        for cover in covers where cover.lowerBound < end {
            result += text[at..<cover.lowerBound]
            if !isSaid { result += Self.replacement }
            isSaid = cover.upperBound > end
            at = min(cover.upperBound, end)
        }
        result += text[at..<end]
        held = Array(text[end...])
        covers = covers.filter { $0.upperBound > end }
            .map { max(0, $0.lowerBound - end)..<$0.upperBound - end }
        return result
    }
}
