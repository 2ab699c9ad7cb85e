/// A page as a tree, read back for assertions: strict about what the builder promises (quoted values, closed elements).
struct Markup {
    final class Element {
        let tag: String
        let attributes: [String: String]
        var children: [Element] = []
        /// All text inside, children's included, as it stands in the source.
        var text = ""
        let parent: Element?
        init(_ tag: String, _ attributes: [String: String], parent: Element?) {
            (self.tag, self.attributes, self.parent) = (tag, attributes, parent)
        }
        subscript(name: String) -> String? { attributes[name] }
        var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
        var all: [Element] { children.flatMap { [$0] + $0.all } }
        func all(_ tag: String) -> [Element] { all.filter { $0.tag == tag } }
        func first(class name: String) -> Element? { all.first { $0.classes.contains(name) } }
        var ancestors: [Element] { parent.map { [$0] + $0.ancestors } ?? [] }
    }

    struct Fault: Error, CustomStringConvertible { var description: String }

    static let void: Set<String> = ["meta", "link", "input", "br", "hr", "img"]
    let root = Element("", [:], parent: nil)

    init(_ text: String) throws {
        var open = [root]
        var rest = Substring(text)
        func addText(_ part: Substring) { for element in open { element.text += part } }
        while let start = rest.firstIndex(of: "<") {
            addText(rest[..<start])
            guard let end = rest[start...].firstIndex(of: ">") else {
                throw Fault(description: "unclosed tag")
            }
            let inside = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if inside.hasPrefix("!") { continue }
            if inside.hasPrefix("/") {
                guard let last = open.popLast(), last.tag == inside.dropFirst() else {
                    throw Fault(description: "\(inside) closes \(open.last?.tag ?? "nothing")")
                }
                continue
            }
            let (tag, attributes) = try Self.read(inside)
            guard let parent = open.last else { throw Fault(description: "text after the end") }
            let element = Element(tag, attributes, parent: parent)
            parent.children.append(element)
            if !Self.void.contains(tag), !inside.hasSuffix("/") { open.append(element) }
        }
        addText(rest)
        if open.count != 1 { throw Fault(description: "\(open.last?.tag ?? "") is not closed") }
    }

    private static func read(_ inside: Substring) throws -> (String, [String: String]) {
        let tag = inside.prefix { $0.isLetter || $0.isNumber }
        var attributes: [String: String] = [:]
        var rest = inside.dropFirst(tag.count)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\n" || $0 == "/" }
            if rest.isEmpty { break }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == ":" }
            if name.isEmpty { throw Fault(description: "no attribute: \(rest)") }
            rest = rest.dropFirst(name.count)
            var value = ""
            if rest.hasPrefix("=\"") {
                rest = rest.dropFirst(2)
                value = String(rest.prefix { $0 != "\"" })
                rest = rest.dropFirst(value.count + 1)
            } else if rest.hasPrefix("=") {
                throw Fault(description: "\(name) is not quoted")
            }
            if attributes.updateValue(value, forKey: String(name)) != nil {
                throw Fault(description: "\(tag) has \(name) twice")
            }
        }
        return (String(tag), attributes)
    }
}
