import Yams

/// Reads one YAML document into nodes with places, within named limits, and reports what is no YAML.
struct YAMLDocument {
    /// The largest file read: some hundred times a large service.yaml, and parsed in milliseconds.
    static let fileLimitBytes = 256 << 10
    /// The deepest nesting; the deepest key of the two formats is at 7.
    static let depthLimit = 32
    /// The most values after aliases are expanded.
    static let nodeLimit = 20_000
    /// The longest single text; an argument or variable of a Linux process ends at 128 KiB.
    static let textLimitBytes = 32 << 10
    /// The most aliases: the parser hashes keys with their aliases expanded, which grows as 3^(aliases / 3).
    static let aliasLimit = 12
    /// How many repeated keys are reported; each costs one more parse.
    static let repeatLimit = 16

    private let report: Report
    private var renamed: [Unicode.Scalar: String] = [:]
    private var nodes = 0
    private var gaveUp = false

    /// - Returns: nil when the text is no YAML mapping at all or beyond a limit, which is then reported.
    static func read(_ text: String, _ report: Report) -> YAMLNode? {
        guard text.utf8.count <= fileLimitBytes else {
            report.error(
                .start, "too-large",
                "the file has \(text.utf8.count) bytes; at most \(fileLimitBytes) are read",
                hint: "move data out of it, for example to a file named under config")
            return nil
        }
        guard aliases(in: text) <= aliasLimit else {
            report.error(
                .start, "too-many-aliases", "the file uses more than \(aliasLimit) aliases (*name)",
                hint: "write the values out; overrides under environments merge by key")
            return nil
        }
        var document = YAMLDocument(report: report)
        let marked = text.unicodeScalars.first == "\u{FEFF}"
        let composed = document.compose(marked ? String(text.unicodeScalars.dropFirst()) : text)
        guard let composed else { return nil }
        guard let root = composed else {
            report.error(.start, "empty", "the file is empty", hint: "start with apiVersion: gantry/v1")
            return nil
        }
        let node = document.convert(root, depth: 1, inOverride: false)
        guard !document.gaveUp else { return nil }
        guard case .mapping = node.content else {
            let nothing = node.isNull
            report.error(
                node.place, nothing ? "empty" : "wrong-type",
                nothing ? "the file is empty" : "the file must be a mapping, and is \(node.found)",
                hint: "start with apiVersion: gantry/v1")
            return nil
        }
        return node
    }

    private init(report: Report) { self.report = report }

    /// Counts what may be an alias; a few more than there are does no harm.
    private static func aliases(in text: String) -> Int {
        var count = 0
        var before = UInt8(ascii: "\n")
        var star = false
        for byte in text.utf8 {
            if star, byte > 0x20 { count += 1 }
            star = byte == UInt8(ascii: "*") && (before <= 0x20 || "[{,:?-".utf8.contains(before))
            before = byte
        }
        return count
    }

    // MARK: Parsing

    /// The parser stops at the first repeated key. It is renamed in place and the text parsed again, so that
    /// the repeat is one mistake among others.
    private mutating func compose(_ text: String) -> Node?? {
        var source = text
        while true {
            do {
                source.makeContiguousUTF8()
                let parser = try Parser(yaml: source, resolver: .basic, encoding: .utf8)
                return .some(try parser.singleRoot())
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                guard let name = names.first, rename(name, at: context.mark, in: &source) else {
                    report.error(
                        Place(line: context.mark.line, column: context.mark.column), "duplicate-key",
                        "\(names.joined(separator: ", ")) is written more than once in one mapping",
                        hint: "keep one of them")
                    return nil
                }
            } catch {
                YAMLSyntax.report(error, in: source, to: report)
                return nil
            }
        }
    }

    private mutating func rename(_ name: String, at mark: Mark, in source: inout String) -> Bool {
        guard renamed.count < Self.repeatLimit, let first = name.unicodeScalars.first,
            // Characters for private use: printable in YAML, and in no key of ours.
            let mask = Unicode.Scalar(0xE000 + UInt32(renamed.count)),
            !source.unicodeScalars.contains(mask),
            var at = YAMLSyntax.index(line: mark.line, column: mark.column, in: source)
        else { return false }
        let scalars = source.unicodeScalars
        if scalars[at] != first, scalars[at] == "\"" || scalars[at] == "'" { at = scalars.index(after: at) }
        guard at < scalars.endIndex, scalars[at] == first else { return false }
        renamed[mask] = name
        source.unicodeScalars.replaceSubrange(at...at, with: CollectionOfOne(mask))
        return true
    }

    // MARK: Conversion

    private mutating func convert(_ node: Node, depth: Int, inOverride: Bool) -> YAMLNode {
        let place = place(of: node, inOverride)
        var result = YAMLNode(content: .scalar("", .null), place: place)
        nodes += 1
        guard !gaveUp, within(place, depth) else { return result }
        switch node {
        case .scalar(let scalar): result.content = convert(scalar, place)
        case .sequence(let sequence):
            checkTag(sequence.tag, "tag:yaml.org,2002:seq", place)
            result.content = .sequence(
                sequence.map { convert($0, depth: depth + 1, inOverride: inOverride) })
        case .mapping(let mapping):
            checkTag(mapping.tag, "tag:yaml.org,2002:map", place)
            result.content = .mapping(convert(mapping, depth: depth, inOverride: inOverride))
        case .alias: break
        }
        return result
    }

    private func place(of node: Node, _ inOverride: Bool) -> Place {
        Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, inOverride: inOverride)
    }

    private mutating func within(_ place: Place, _ depth: Int) -> Bool {
        if depth > Self.depthLimit {
            report.error(
                place, "too-deep", "values are nested more than \(Self.depthLimit) deep",
                hint: "the formats need at most 7 levels")
            gaveUp = true
        } else if nodes > Self.nodeLimit {
            report.error(
                place, "too-many-values", "the file has more than \(Self.nodeLimit) values, aliases expanded",
                hint: "write less in one file, and do not nest aliases")
            gaveUp = true
        }
        return !gaveUp
    }

    private func convert(_ scalar: Node.Scalar, _ place: Place) -> YAMLNode.Content {
        let tag = scalar.tag.rawValue
        let plain = scalar.style == .plain && tag.isEmpty
        if !plain { checkTag(scalar.tag, "tag:yaml.org,2002:str", place) }
        if scalar.string.utf8.count > Self.textLimitBytes {
            report.error(
                place, "too-long",
                "a text of \(scalar.string.utf8.count) bytes is longer than "
                    + "\(Self.textLimitBytes)", hint: "put it into a file named under config")
        }
        if scalar.string.utf8.contains(0) {
            report.error(
                place, "zero-character", "a text holds the character U+0000, which no program can be given",
                hint: "remove \\0 from it")
        }
        return .scalar(scalar.string, plain ? YAMLNode.kind(ofPlain: scalar.string) : .string)
    }

    private func checkTag(_ tag: Tag, _ allowed: String, _ place: Place) {
        let name = tag.rawValue
        guard !name.isEmpty, name != "!", name != allowed else { return }
        report.error(
            place, "tag", "the tag \(YAMLNode.short(name)) is not used here",
            hint: "remove it; the kind of a value follows from its key")
    }

    private mutating func convert(_ mapping: Node.Mapping, depth: Int, inOverride: Bool) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        entries.reserveCapacity(mapping.count)
        var repeated: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let place = place(of: keyNode, inOverride)
            guard case .scalar(let scalar) = keyNode else {
                report.error(place, "key-form", "a key must be a text", hint: "write KEY: VALUE")
                continue
            }
            let key = scalar.string
            let original = key.unicodeScalars.first.flatMap { renamed[$0] }
            if let line = repeated[original ?? key] {
                report.error(
                    place, "duplicate-key", "\(original ?? key) is written more than once in one mapping",
                    hint: "it is also in line \(line); keep one of them")
            }
            let isOverride = inOverride || (depth == 1 && key == "environments")
            let value = convert(valueNode, depth: depth + 1, inOverride: isOverride)
            if let original {
                repeated[original] = place.line
                continue
            }
            entries.append(YAMLNode.Entry(key: key, keyPlace: place, value: value))
        }
        return entries
    }
}
