/// Turns text from anywhere into text that is only text.
///
/// The five characters of markup become references. What a reader cannot see and what reorders its surroundings
/// (control characters, bidirectional controls, zero-width characters) is shown by name, so that no name can pass for
/// another one and no line of a log can hide a part of itself.
package enum Escaping {
    /// - Parameter showing: false for machine values (an address, the value of a field), which must come back as they were.
    package static func append(_ text: String, to bytes: inout [UInt8], showing: Bool) {
        var text = text
        text.withUTF8 { source in
            var start = 0
            var at = 0
            while at < source.count {
                if isPlain(source[at]) {
                    at += 1
                    continue
                }
                let (scalar, width) = decode(source, at)
                guard
                    let written = reference(scalar) ?? (showing ? visible(scalar, source, at) : exact(scalar))
                else {
                    at += width
                    continue
                }
                bytes.append(contentsOf: source[start..<at])
                bytes.append(contentsOf: written.utf8)
                at += width
                start = at
            }
            bytes.append(contentsOf: source[start...])
        }
    }

    /// Escapes text on its own, for tests and for plain strings.
    package static func escaped(_ text: String, showing: Bool = true) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes, showing: showing)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Tells bytes that need no second look: neither ASCII with a meaning nor the first of an invisible character.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x1F, 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x7F, 0xC2, 0xD8, 0xE2, 0xEF, 0xF3: false
        default: true
        }
    }

    /// Reads the scalar at `at`; the text is a `String`, so it is valid UTF-8.
    private static func decode(_ source: UnsafeBufferPointer<UInt8>, _ at: Int) -> (UInt32, Int) {
        let first = UInt32(source[at])
        func next(_ offset: Int) -> UInt32 { UInt32(source[at + offset]) & 0x3F }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
        return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }

    private static func reference(_ scalar: UInt32) -> String? {
        switch scalar {
        case 0x22: "&quot;"
        case 0x26: "&amp;"
        case 0x27: "&#39;"
        case 0x3C: "&lt;"
        case 0x3E: "&gt;"
        default: nil
        }
    }

    /// Keeps line ends apart, which a parser would fold together, and drops NUL, which HTML cannot carry.
    private static func exact(_ scalar: UInt32) -> String? {
        switch scalar {
        case 0x00: "\u{FFFD}"
        case 0x0A: "&#10;"
        case 0x0D: "&#13;"
        default: nil
        }
    }

    private static func visible(_ scalar: UInt32, _ source: UnsafeBufferPointer<UInt8>, _ at: Int) -> String?
    {
        switch scalar {
        case 0x09, 0x0A: return nil
        case 0x0D where at + 1 < source.count && source[at + 1] == 0x0A: return ""
        case 0...0x1F: return "\u{27E8}\(controls[Int(scalar)])\u{27E9}"
        case 0x7F: return "\u{27E8}DEL\u{27E9}"
        case 0x80...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            let digits = String(scalar, radix: 16, uppercase: true)
            return
                "\u{27E8}U+\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits)\u{27E9}"
        default: return nil
        }
    }

    /// What the control characters are called; few fonts have their pictures.
    private static let controls = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO",
        "SI", "DLE",
        "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ]
}
