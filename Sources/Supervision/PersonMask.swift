import GantryBase
import Glibc
import Wire

/// Takes what identifies people out of output on its way to a file: a patient's data must not lie on a disk because a
/// program printed it. The kinds are the platform's; a service cannot take one away.
///
/// One mask follows one stream, and works on whole lines, since a number may be cut by a read. A line without an end
/// is held for `patience` and up to `longestHeld` bytes; then it goes on, but for what may be the beginning of a number.
/// A line that is a JSON object stays one.
struct PersonMask: Sendable {
    /// In bytes: beyond it a line is cut in the log anyway.
    static let longestHeld = LineCutter.longest
    /// Short enough for somebody who waits for a question's answer, longer than a program takes to write on.
    static let patience = Period.seconds(1)
    /// In bytes: the longest number with all that may stand in it, twice over.
    static let reach = 64

    private let scanner: MaskingScanner
    private var held: [UInt8] = []
    /// What `held` begins in the middle of.
    private var place = JSONPlace()
    private(set) var deadline: Duration?

    init(_ scanner: MaskingScanner = MaskingScanner()) { self.scanner = scanner }

    /// Takes what was read and returns what may be written.
    mutating func apply(_ bytes: [UInt8], now: Duration) -> [UInt8] {
        let known = held.count
        if known == 0 { held = bytes } else { held += bytes }
        let newline = held.withUnsafeBufferPointer { $0[known...].lastIndex(of: 10) }
        var end = newline.map { $0 + 1 } ?? 0
        if held.count - end > Self.longestHeld { end = cut() }
        if end > 0 || deadline == nil { deadline = now + Self.patience.duration }
        if end == held.count { deadline = nil }
        return release(end)
    }

    /// Gives what has been held long enough.
    mutating func expire(now: Duration) -> [UInt8] {
        guard let deadline, now >= deadline else { return [] }
        self.deadline = nil
        let tail = held.reversed().prefix { byte in
            byte &- 0x30 < 10 || byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        }
        return release(tail.count > Self.reach ? cut() : held.count - tail.count)
    }

    /// Ends the stream: gives what was held back.
    mutating func end() -> [UInt8] {
        defer { place = JSONPlace() }
        deadline = nil
        return release(held.count)
    }

    /// A place near the end of what is held at which no number is cut in two.
    private func cut() -> Int {
        var cut = max(0, held.count - Self.reach)
        held.withUnsafeBufferPointer { text in
            scanner.forEachMatch(in: text) { range, _ in
                if range.lowerBound < cut, cut < range.upperBound { cut = range.lowerBound }
            }
        }
        return cut
    }

    private mutating func release(_ end: Int) -> [UInt8] {
        guard end > 0 else { return [] }
        var text: [UInt8]
        if end == held.count {
            text = held
            held = []
        } else {
            text = Array(held[..<end])
            held = Array(held[end...])
        }
        let count = text.withUnsafeMutableBufferPointer { mask($0) }
        text.removeLast(text.count - count)
        return text
    }

    /// Masks in place, since no mark is longer than what it stands for, and returns how many bytes are left.
    private mutating func mask(_ text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let start = text.baseAddress else { return 0 }
        let bytes = UnsafeBufferPointer(text)
        var place = place
        var (read, written, seen) = (0, 0, 0)
        func keep(upTo end: Int) {
            if read != written { memmove(start + written, start + read, end - read) }
            written += end - read
            read = end
        }
        func write(_ mark: StaticString) {
            memcpy(start + written, mark.utf8Start, mark.utf8CodeUnitCount)
            written += mark.utf8CodeUnitCount
        }
        scanner.forEachMatch(in: bytes) { range, kind in
            // Part of a number that was replaced as a whole.
            guard range.lowerBound >= read else { return }
            place.pass(bytes[seen..<range.lowerBound])
            seen = range.upperBound
            guard place.isBare else {
                keep(upTo: range.lowerBound)
                write(kind.mark)
                read = range.upperBound
                return
            }
            let number = JSONPlace.number(around: range, in: bytes, from: read)
            keep(upTo: number.lowerBound)
            write("\"")
            write(kind.mark)
            write("\"")
            (read, seen) = (number.upperBound, number.upperBound)
        }
        // Most output ends with a line, and then nothing before it matters.
        if bytes.last == 10 { place = JSONPlace() } else { place.pass(bytes[seen...]) }
        keep(upTo: bytes.count)
        self.place = place
        return written
    }
}

/// Where in a line of JSON one is, as far as that decides how a mark is written.
struct JSONPlace: Sendable {
    private enum Line { case unknown, object, other }
    private var line = Line.unknown
    private var inString = false
    private var isEscaped = false

    /// In an object and in no string, where a bare mark would be no JSON.
    var isBare: Bool { line == .object && !inString }

    mutating func pass(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        var rest = text
        if let newline = rest.lastIndex(of: 10) {
            self = JSONPlace()
            rest = rest[(newline + 1)...]
        }
        for byte in rest {
            if line == .unknown, byte != 0x20 { line = byte == UInt8(ascii: "{") ? .object : .other }
            if line == .other { return }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                inString.toggle()
            } else if inString, byte == UInt8(ascii: "\\") {
                isEscaped = true
            }
        }
    }

    /// The whole number that `range` is a part of: -13812345678.5 and 13812345678e0 are one.
    static func number(
        around range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, from floor: Int
    ) -> Range<Int> {
        func belongs(_ byte: UInt8) -> Bool {
            byte &- 0x30 < 10 || byte | 0x20 == UInt8(ascii: "e")
                || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
        }
        var (first, end) = (range.lowerBound, range.upperBound)
        while first > floor, belongs(text[first - 1]) { first -= 1 }
        while end < text.count, belongs(text[end]) { end += 1 }
        return first..<end
    }
}
