/// Reports everything structural that is wrong with a node: keys, kinds, forms, choices and ranges.
///
/// Readers that come after it take what they can and stay silent about what has been reported here.
struct ShapeCheck {
    private let report: Report
    private var warned: Set<String> = []

    static func run(_ node: YAMLNode, _ shape: Shape, at path: String = "", _ report: Report) {
        var check = ShapeCheck(report: report)
        check.check(node, shape, path)
    }

    private init(report: Report) { self.report = report }

    private mutating func check(_ node: YAMLNode, _ shape: Shape, _ path: String) {
        switch shape {
        case .anything: break
        case .optional(let shape): if !node.isNull { check(node, shape, path) }
        case .text(let form): checkText(node, form, path)
        case .anyScalar:
            if node.text == nil { wrong(node, "a text, a number, true or false", path) }
        case .integer(let range): checkInteger(node, range, path)
        case .choice(let words): checkChoice(node, words, path)
        case .list(let shape, let least): checkList(node, shape, least, path)
        case .map(let form, let shape): checkMap(node, form, shape, path)
        case .record(let record): checkRecord(node, record, path)
        case .byKind(let scalar, let list, let mapping):
            let fitting: Shape? =
                switch node.content {
                case .scalar: scalar
                case .sequence: list
                case .mapping: mapping
                }
            guard let fitting else {
                let ways = [
                    scalar.map { _ in "a text" }, list.map { _ in "a list" },
                    mapping.map { _ in "a mapping" },
                ]
                return wrong(node, ways.compactMap { $0 }.joined(separator: " or "), path)
            }
            check(node, fitting, path)
        }
    }

    private func wrong(_ node: YAMLNode, _ expected: String, _ path: String, hint: String? = nil) {
        let hint =
            hint
            ?? (node.isNull
                ? "write a value, or remove the key"
                : "write \(expected)")
        report.error(
            node.place, "wrong-type", "\(path): expected \(expected), found \(node.found)", hint: hint)
    }

    private func checkText(_ node: YAMLNode, _ form: TextForm, _ path: String) {
        guard case .scalar(let text, let kind) = node.content,
            kind == .string || (form.numbers != .none && (kind == .integer || kind == .number))
        else {
            if case .scalar(let text, let kind) = node.content, kind != .null {
                let problem = form.problem(text)
                let quoted = "put it in quotes: \"\(YAMLNode.short(text))\""
                return wrong(
                    node, form.what, path, hint: problem == nil ? quoted : problem?.hint ?? form.hint)
            }
            return wrong(node, form.what, path)
        }
        if let problem = form.problem(text) {
            report.error(
                node.place, problem.code ?? form.code, "\(path): \(problem.message)",
                hint: problem.hint ?? form.hint)
        }
    }

    private func checkInteger(_ node: YAMLNode, _ range: ClosedRange<Int>, _ path: String) {
        guard case .scalar(let text, let kind) = node.content, kind == .integer || kind == .number,
            node.integer != nil || kind == .integer
        else { return wrong(node, "a whole number", path) }
        if let number = node.integer, range.contains(number) { return }
        report.error(
            node.place, "out-of-range", "\(path): \(YAMLNode.short(text)) is out of range",
            hint: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    private func checkChoice(_ node: YAMLNode, _ words: [String], _ path: String) {
        guard case .scalar(let text, let kind) = node.content, kind == .string else {
            return wrong(node, "one of \(words.joined(separator: ", "))", path)
        }
        guard !words.contains(text) else { return }
        report.error(
            node.place, "unknown-value", "\(path): \"\(YAMLNode.short(text))\" is not known here",
            hint: words.count == 1 ? "write \(words[0])" : Nearest.hint(text, among: words))
    }

    private mutating func checkList(_ node: YAMLNode, _ shape: Shape, _ least: Int, _ path: String) {
        guard case .sequence(let items) = node.content else {
            return wrong(node, "a list", path, hint: "write [A, B], or one line \"- A\" for each")
        }
        if items.count < least {
            report.error(
                node.place, "empty-list", "\(path): the list is empty", hint: "write at least one")
        }
        for (index, item) in items.enumerated() { check(item, shape, "\(path)[\(index)]") }
    }

    private mutating func checkMap(_ node: YAMLNode, _ form: TextForm, _ shape: Shape, _ path: String) {
        guard case .mapping(let entries) = node.content else {
            return wrong(node, "a mapping", path, hint: "write KEY: VALUE lines below it")
        }
        for entry in entries {
            let at = join(path, entry.key)
            if let problem = form.problem(entry.key) {
                report.error(
                    entry.keyPlace, form.code, "\(path): \(problem.message)", hint: problem.hint ?? form.hint)
            }
            check(entry.value, shape, at)
        }
    }

    private mutating func checkRecord(_ node: YAMLNode, _ record: RecordShape, _ path: String) {
        guard case .mapping(let entries) = node.content else {
            return wrong(
                node, "a mapping", path,
                hint: "known keys: \(record.keys.map(\.name).joined(separator: ", "))")
        }
        for entry in entries {
            guard let key = record.key(entry.key) else {
                unknown(entry, record, path)
                continue
            }
            if !key.actedOn, warned.insert(key.name).inserted {
                report.warning(
                    entry.keyPlace, "not-acted-on", "\(join(path, key.name)) is not acted on by this version",
                    hint: "it may stay; it takes effect with a later version")
            }
            check(entry.value, key.shape, join(path, key.name))
        }
        for key in record.keys where key.required && !entries.contains(where: { $0.key == key.name }) {
            report.error(
                node.place, "missing-key", "\(join(path, key.name)) is missing", hint: "add it: \(key.note)",
                subject: key.name)
        }
        checkAlternatives(node, record, path)
    }

    private func checkAlternatives(_ node: YAMLNode, _ record: RecordShape, _ path: String) {
        guard !record.exactlyOne.isEmpty else { return }
        let given = node.entries.filter { record.exactlyOne.contains($0.key) }
        let names = record.exactlyOne.joined(separator: ", ")
        if given.isEmpty {
            report.error(
                node.place, "missing-key", "\(path) has none of \(names)", hint: "write exactly one of them",
                subject: names)
        } else if given.count > 1 {
            report.error(
                given[given.count - 1].keyPlace, "too-many-keys",
                "\(path) has \(given.map(\.key).joined(separator: " and ")) at once",
                hint: "write exactly one of \(names)")
        }
    }

    private func unknown(_ entry: YAMLNode.Entry, _ record: RecordShape, _ path: String) {
        let place = path.isEmpty ? "" : " in \(path)"
        report.error(
            entry.keyPlace, "unknown-key", "\"\(YAMLNode.short(entry.key))\" is not a key\(place)",
            hint: record.onlyAtTop.contains(entry.key)
                ? "it is the same in all environments; write it at the top of the file"
                : Nearest.hint(entry.key, among: record.keys.map(\.name)))
    }

    private func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? YAMLNode.short(key) : "\(path).\(YAMLNode.short(key))"
    }
}
