/// One attribute of an element; its name comes from our source, its value may come from anywhere.
package struct Attribute: Sendable {
    private enum Value: Sendable {
        /// Read by people: invisible characters are shown.
        case shown(String)
        /// Read by people, in the language of the page.
        case phrase(Phrase)
        /// Read by programs: comes back as it was.
        case exact(String)
        case flag
        case absent
    }
    private let name: StaticString
    private let value: Value

    private init(_ name: StaticString, value: Value) { (self.name, self.value) = (name, value) }

    /// Sets a machine value; nil leaves the attribute out.
    package init(_ name: StaticString, _ value: String?) {
        self.init(name, value: value.map(Value.exact) ?? .absent)
    }

    package init(_ name: StaticString, _ phrase: Phrase?) {
        self.init(name, value: phrase.map(Value.phrase) ?? .absent)
    }

    package init(_ name: StaticString, _ number: Int) { self.init(name, value: .exact(String(number))) }

    /// Sets a coordinate or a length of a drawing, to a hundredth.
    package init(_ name: StaticString, _ number: Double) {
        self.init(name, value: .exact(Decimal.text(number, places: 2)))
    }

    package static func shown(_ name: StaticString, _ text: String?) -> Attribute {
        Attribute(name, value: text.map(Value.shown) ?? .absent)
    }

    /// Sets an attribute without a value, such as `disabled`.
    package static func flag(_ name: StaticString, _ isSet: Bool = true) -> Attribute {
        Attribute(name, value: isSet ? .flag : .absent)
    }

    package static func `class`(_ names: String) -> Attribute { Attribute("class", names) }
    package static func id(_ id: String?) -> Attribute { Attribute("id", id) }
    package static func role(_ role: String) -> Attribute { Attribute("role", role) }
    package static func label(_ phrase: Phrase?) -> Attribute { Attribute("aria-label", phrase) }
    package static let hidden = Attribute("aria-hidden", "true")

    /// Sets where a link leads; an address that could run a script leads nowhere.
    package static func href(_ address: String) -> Attribute { Attribute("href", SafeAddress.text(address)) }
    package static func action(_ address: String) -> Attribute {
        Attribute("action", SafeAddress.text(address))
    }

    func append(to bytes: inout [UInt8], in language: ReaderLanguage) {
        if case .absent = value { return }
        bytes.append(0x20)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        switch value {
        case .absent, .flag: return
        case .shown(let text): quote(text, showing: true, &bytes)
        case .phrase(let phrase): quote(phrase[language], showing: true, &bytes)
        case .exact(let text): quote(text, showing: false, &bytes)
        }
    }

    private func quote(_ text: String, showing: Bool, _ bytes: inout [UInt8]) {
        bytes.append(0x3D)
        bytes.append(0x22)
        Escaping.append(text, to: &bytes, showing: showing)
        bytes.append(0x22)
    }
}

/// Lets through only addresses that cannot run anything: places of our own, and `http`, `https` and `mailto`.
package enum SafeAddress {
    private static let schemes = ["http://", "https://", "mailto:"]

    /// What a refused address becomes: a link to the top of the same page.
    package static let nowhere = "#"

    package static func text(_ address: String) -> String {
        // Browsers drop tabs and line ends inside an address and blanks before it, so such an address is no honest one.
        if address.utf8.contains(where: { $0 < 0x21 || $0 == 0x5C }) { return nowhere }
        if address.hasPrefix("//") { return nowhere }
        if let first = address.utf8.first, first == 0x2F || first == 0x3F || first == 0x23 { return address }
        let lower = address.lowercased()
        if schemes.contains(where: lower.hasPrefix) { return address }
        return nowhere
    }

    /// Encodes one part of a path or one value of a query.
    package static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Writes numbers for drawings and texts without a locale.
package enum Decimal {
    /// Rounds to `places` decimals (at most 6) and drops zeros at the end; what is no finite number becomes 0.
    package static func text(_ number: Double, places: Int) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "0" }
        var scale: Int64 = 1
        for _ in 0..<min(places, 6) { scale *= 10 }
        let rounded = Int64((abs(number) * Double(scale)).rounded())
        let whole = String(rounded / scale)
        var fraction = rounded % scale
        if fraction == 0 { return number < 0 && rounded != 0 ? "-" + whole : whole }
        var width = min(places, 6)
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        let digits = String(fraction)
        let zeros = String(repeating: "0", count: width - digits.utf8.count)
        return (number < 0 ? "-" : "") + whole + "." + zeros + digits
    }
}
