extension ExpressionError: CustomStringConvertible {
    /// Columns of an excerpt: it fits a terminal beside a prompt.
    static let excerptColumns = 76

    /// Several lines for a terminal: the message, the source with carets under the place, the hint.
    package var description: String {
        "\(message)\n\(excerpt)" + (hint.map { "\nhint: \($0)" } ?? "")
    }

    /// The line of the source that the place is on, cut to ``excerptColumns`` around it, and a line of carets below.
    ///
    /// Wide characters count two columns, so that the carets stand right in a terminal. Control characters are shown
    /// as `·`: a source may be hostile.
    package var excerpt: String {
        let characters = Array(source)
        var start = min(offset, characters.count)
        while start > 0, !characters[start - 1].isNewline { start -= 1 }
        var end = min(offset, characters.count)
        while end < characters.count, !characters[end].isNewline { end += 1 }
        var line = characters[start..<end].map { DisplayWidth.visible($0) }
        var column = offset - start
        var marked = max(1, min(length, end - offset))
        Self.cut(&line, column: &column, marked: &marked)
        let before = line[..<column].reduce(0) { $0 + DisplayWidth.columns($1) }
        let carets = line[column...].prefix(marked).reduce(0) { $0 + DisplayWidth.columns($1) }
        return "  " + String(line) + "\n  " + String(repeating: " ", count: before)
            + String(repeating: "^", count: max(1, carets))
    }

    private static func cut(_ line: inout [Character], column: inout Int, marked: inout Int) {
        func width(_ part: ArraySlice<Character>) -> Int { part.reduce(0) { $0 + DisplayWidth.columns($1) } }
        guard width(line[...]) > excerptColumns else { return }
        marked = min(marked, excerptColumns / 4)
        var first = column
        var last = min(line.count, column + marked)
        // Grow on both sides by turns while there is room; two columns are kept for the dots.
        while true {
            let before = (first, last)
            if first > 0, width(line[first - 1..<last]) <= excerptColumns - 2 { first -= 1 }
            if last < line.count, width(line[first..<last + 1]) <= excerptColumns - 2 { last += 1 }
            if before == (first, last) { break }
        }
        var shown = Array(line[first..<last])
        if first > 0 { shown.insert("…", at: 0) }
        if last < line.count { shown.append("…") }
        column = column - first + (first > 0 ? 1 : 0)
        marked = min(marked, shown.count - column)
        line = shown
    }
}

/// How much room a character takes in a terminal.
enum DisplayWidth {
    /// 2 for the wide ones of East Asia and for emoji, else 1 (Unicode Standard Annex 11, its wide and full-width
    /// ranges, rounded to blocks).
    static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6,
            0x1B000...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            // A symbol that is shown as an emoji by the selector behind it.
            return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
        }
    }

    /// The character, or a stand-in for what would move the cursor, has no width, or turns the direction of writing.
    static func visible(_ character: Character) -> Character {
        if character == "\t" { return " " }
        guard let first = character.unicodeScalars.first else { return "·" }
        switch first.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark:
            return "·"
        default:
            // Marks upon a letter go with it; anything that could reorder text does not.
            let marks = character.unicodeScalars.dropFirst()
            let harmless = marks.allSatisfy {
                $0.properties.generalCategory != .control && !(0x202A...0x202E).contains($0.value)
                    && !(0x2066...0x2069).contains($0.value)
            }
            return harmless && marks.count < 8 ? character : Character(first)
        }
    }
}
