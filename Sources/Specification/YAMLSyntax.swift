import Yams

/// Turns what the YAML parser throws into diagnostics, and its places into places in the text.
enum YAMLSyntax {
    static func report(_ error: any Error, in source: String, to report: Report) {
        switch error {
        case YamlError.composer(_, let problem, let mark, _) where problem.contains("another document"):
            report.error(
                place(mark), "several-documents", "a second document starts here; one file holds one",
                hint: "remove the line ---, or move what follows to a file of its own")
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let text = [context?.text, problem].compactMap { $0?.isEmpty == false ? $0 : nil }
            syntax(text.joined(separator: ", "), place(mark), in: source, report)
        case YamlError.reader(let problem, let offset, _, _):
            syntax(problem, offset.map { place(offset: $0, in: source) } ?? .start, in: source, report)
        default:
            syntax("the parser gave up", .start, in: source, report)
        }
    }

    private static func syntax(_ problem: String, _ place: Place, in source: String, _ report: Report) {
        let deep = problem.lowercased().contains("nesting")
        let text = deep ? "values are nested too deep" : "this is no YAML: \(problem)"
        report.error(
            place, deep ? "too-deep" : "syntax", text, hint: hint(problem, place, source))
    }

    private static func hint(_ problem: String, _ place: Place, _ source: String) -> String {
        let at = index(line: place.line, column: place.column, in: source)
        if let at, source.unicodeScalars[at] == "\t" {
            return "indent with spaces; YAML allows no tabs there"
        }
        if problem.contains("mapping values are not allowed") {
            return "a text with a colon and a space in it needs quotes; or check the indentation"
        }
        if problem.contains("cannot start any token") { return "put the text in quotes" }
        if problem.contains("alias") { return "define it before with &name, or put a text with * in quotes" }
        return "check brackets, quotes and indentation here and in the line before"
    }

    private static func place(_ mark: Mark) -> Place {
        Place(line: max(1, mark.line), column: max(1, mark.column))
    }

    private static func place(offset: Int, in source: String) -> Place {
        var place = Place.start
        for scalar in String(decoding: source.utf8.prefix(offset), as: UTF8.self).unicodeScalars {
            if scalar == "\n" {
                place = Place(line: place.line + 1, column: 1)
            } else {
                place.column += 1
            }
        }
        return place
    }

    /// Finds a place of the parser in the text; it counts columns in Unicode scalars and knows five line breaks.
    static func index(line: Int, column: Int, in source: String) -> String.Index? {
        let scalars = source.unicodeScalars
        var index = scalars.startIndex
        var here = Place.start
        while index < scalars.endIndex {
            if here.line == line, here.column == column { return index }
            let scalar = scalars[index]
            index = scalars.index(after: index)
            let carriageReturn =
                scalar == "\r" && index < scalars.endIndex && scalars[index] == "\n"
            switch scalar {
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": here = Place(line: here.line + 1, column: 1)
            case "\r" where !carriageReturn: here = Place(line: here.line + 1, column: 1)
            default: here.column += 1
            }
            if here.line > line { return nil }
        }
        return nil
    }
}
