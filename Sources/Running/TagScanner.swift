/// Finds the tags of an XML document, one after the other, in one pass and without a tree.
struct TagScanner {
    private let bytes: [UInt8]
    private var at = 0

    /// Longer names are of no tag that anybody asks for.
    private static let nameLimit = 64
    /// Of an attribute's value; names of tests are shown on one line.
    private static let valueLimit = 2048

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    struct Tag {
        var name: String
        var opens: Bool
        var closes: Bool
        fileprivate var attributes: ArraySlice<UInt8>

        /// The value with its entities decoded and control characters as spaces, cut to `valueLimit` bytes before.
        func attribute(_ wanted: String) -> String? {
            var rest = attributes
            while true {
                rest = rest.drop(while: isSpace)
                let name = rest.prefix { !isSpace($0) && $0 != UInt8(ascii: "=") }
                rest = rest[name.endIndex...].drop(while: isSpace)
                guard rest.first == UInt8(ascii: "=") else { return nil }
                rest = rest.dropFirst().drop(while: isSpace)
                guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                    let end = rest.dropFirst().firstIndex(of: quote)
                else { return nil }
                if name.elementsEqual(wanted.utf8) {
                    return TagScanner.text(rest[(rest.startIndex + 1)..<end].prefix(TagScanner.valueLimit))
                }
                rest = rest[(end + 1)...]
            }
        }
    }

    mutating func next() -> Tag? {
        while at < bytes.count, let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
            if starts("<!--", at: open) {
                skip(past: "-->", from: open + 4)
            } else if starts("<![CDATA[", at: open) {
                skip(past: "]]>", from: open + 9)
            } else if starts("<?", at: open) {
                skip(past: "?>", from: open + 2)
            } else if let end = tagEnd(from: open + 1) {
                at = end + 1
                if let tag = tag(bytes[(open + 1)..<end]) { return tag }
            } else {
                at = bytes.count
            }
        }
        return nil
    }

    /// The next `>` that is not inside a quoted value.
    private func tagEnd(from start: Int) -> Int? {
        var quote: UInt8 = 0
        for index in start..<max(start, bytes.count) {
            let byte = bytes[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        return nil
    }

    private func tag(_ inside: ArraySlice<UInt8>) -> Tag? {
        let ends = inside.first == UInt8(ascii: "/")
        let empty = inside.last == UInt8(ascii: "/")
        let body = (empty ? inside.dropLast() : inside).dropFirst(ends ? 1 : 0)
        let name = body.prefix { !isSpace($0) }
        guard name.count <= Self.nameLimit else { return nil }
        return Tag(
            name: String(decoding: name, as: UTF8.self), opens: !ends, closes: ends || empty,
            attributes: body[name.endIndex...])
    }

    private func starts(_ text: StaticString, at index: Int) -> Bool {
        guard bytes.count - index >= text.utf8CodeUnitCount else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }

    /// To the end of the document when the mark is missing.
    private mutating func skip(past mark: StaticString, from start: Int) {
        at = start
        while at < bytes.count {
            guard let index = bytes[at...].firstIndex(of: mark.utf8Start[0]) else { break }
            if starts(mark, at: index) {
                at = index + mark.utf8CodeUnitCount
                return
            }
            at = index + 1
        }
        at = bytes.count
    }

    /// Decodes the five entities of XML and references to characters; others stay as they are.
    private static func text(_ raw: ArraySlice<UInt8>) -> String {
        var text = ""
        var rest = Substring(String(decoding: raw, as: UTF8.self))
        while let mark = rest.firstIndex(of: "&") {
            text += rest[..<mark]
            rest = rest[mark...]
            if let end = rest.prefix(12).firstIndex(of: ";"),
                let character = character(rest[rest.index(after: mark)..<end])
            {
                text.unicodeScalars.append(character)
                rest = rest[rest.index(after: end)...]
            } else {
                text += "&"
                rest = rest.dropFirst()
            }
        }
        let scalars = (text + rest).unicodeScalars.map {
            $0.properties.generalCategory == .control ? " " : $0
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func character(_ entity: Substring) -> Unicode.Scalar? {
        switch entity {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard entity.first == "#" else { return nil }
        let digits = entity.dropFirst()
        let number =
            digits.first == "x" || digits.first == "X"
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init)
    }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
