/// Classes and cases of characters, as words are found by them. One place says it, so that an index over tokens and the
/// search over text agree.
enum Letters {
    enum Class {
        /// Letters, digits, marks and `_`: they make up words.
        case word
        /// Letters of scripts that are written without spaces: each is a word by itself.
        case unspaced
        case other
    }

    static func kind(_ scalar: Unicode.Scalar) -> Class {
        if scalar.isASCII { return isWordByte(UInt8(scalar.value)) ? .word : .other }
        guard isLetterDigitOrMark(scalar) else { return .other }
        return isUnspaced(scalar.value) ? .unspaced : .word
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_")
    }

    private static func isLetterDigitOrMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    /// Chinese, Japanese and Korean (which has spaces, and endings glued to its words), Thai, Lao, Burmese, Khmer.
    private static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x2E80...0x2FDF,
            0x3005...0x3007,
            0x3021...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF,
            0xF900...0xFAFF,
            0xFF66...0xFFDC, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// The small letter without branches; other bytes as they are.
    @inline(__always)
    static func folded(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    /// The small letter, where Unicode has one of a single scalar and the same length in UTF-8; else the letter itself.
    ///
    /// Equal lengths keep every offset where it was. It leaves out about twenty rare letters, such as `Ⱥ`, and the
    /// Kelvin sign.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return Unicode.Scalar(folded(UInt8(scalar.value))) }
        let small = scalar.properties.lowercaseMapping.unicodeScalars
        guard let first = small.first, small.count == 1, length(first) == length(scalar) else {
            return scalar
        }
        return first
    }

    /// In bytes of UTF-8.
    static func length(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
    }

    static func folded(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { bytes.append(contentsOf: UTF8.encode(folded(scalar)) ?? .init()) }
        return bytes
    }

    /// Whether letter case plays no part beyond ASCII, so that folding bytes is enough.
    static func hasOnlyASCIICase(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.isASCII || !$0.properties.isCased && !$0.properties.changesWhenLowercased
        }
    }
}

/// Reads scalars out of bytes that may be no UTF-8: a wrong byte is no scalar and no part of a word.
enum Scalars {
    static func at(_ place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (
        scalar: Unicode.Scalar?, length: Int
    ) {
        let first = bytes[place]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
        guard length > 0, first < 0xF5, place + length <= bytes.count else { return (nil, 1) }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for byte in bytes[place + 1..<place + length] {
            guard byte & 0xC0 == 0x80 else { return (nil, 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
        guard value >= least, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
        return (scalar, length)
    }

    static func before(_ place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        var start = place - 1
        while start > 0, place - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        let (scalar, length) = at(start, in: bytes)
        return start + length == place ? scalar : nil
    }
}
