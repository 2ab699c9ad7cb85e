/// Builds one page, or a part of one, as UTF-8 bytes.
///
/// Text and attribute values are escaped on their way in, always; what is written as it stands is a `StaticString`, so
/// it can only come from our own source. The builder carries the context (language, theme, time) that components ask.
package struct HTML {
    package private(set) var bytes: [UInt8] = []
    package let context: PageContext
    private var identifiers = 0

    /// What most pages need without growing: a table of 200 rows is about 60 KB.
    private static let usualBytes = 64 << 10

    package init(_ context: PageContext, capacity: Int = HTML.usualBytes) {
        self.context = context
        bytes.reserveCapacity(capacity)
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes text; what would be markup is escaped and what would be invisible is shown.
    package mutating func text(_ text: String) { Escaping.append(text, to: &bytes, showing: true) }

    package mutating func text(_ phrase: Phrase) { text(phrase[context.language]) }

    /// Writes our own markup as it stands.
    package mutating func raw(_ markup: StaticString) {
        markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes what another builder made.
    package mutating func append(_ other: HTML) { bytes.append(contentsOf: other.bytes) }

    package mutating func add(_ component: some Component) { component.write(to: &self) }

    package mutating func open(_ tag: StaticString, _ attributes: [Attribute]) {
        bytes.append(0x3C)
        raw(tag)
        for attribute in attributes { attribute.append(to: &bytes, in: context.language) }
        bytes.append(0x3E)
    }

    package mutating func close(_ tag: StaticString) {
        bytes.append(0x3C)
        bytes.append(0x2F)
        raw(tag)
        bytes.append(0x3E)
    }

    /// Writes an element that has no content, such as `input`.
    package mutating func void(_ tag: StaticString, _ attributes: Attribute...) { open(tag, attributes) }

    package mutating func element(
        _ tag: StaticString, _ attributes: Attribute..., content: (inout HTML) -> Void
    ) {
        open(tag, attributes)
        content(&self)
        close(tag)
    }

    package mutating func element(_ tag: StaticString, _ attributes: Attribute..., text: String) {
        open(tag, attributes)
        self.text(text)
        close(tag)
    }

    package mutating func element(_ tag: StaticString, _ attributes: Attribute..., text: Phrase) {
        open(tag, attributes)
        self.text(text)
        close(tag)
    }

    /// Makes an id that is unique on this page; parts that are replaced later get a prefix of their own.
    package mutating func makeID(_ stem: String) -> String {
        identifiers += 1
        return "\(context.idPrefix)\(stem)-\(identifiers)"
    }
}

/// Writes itself as HTML.
package protocol Component {
    func write(to html: inout HTML)
}

/// The place for content inside a component.
package typealias Slot = (inout HTML) -> Void
