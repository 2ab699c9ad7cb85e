import Console
import Testing

@Suite struct EscapingTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("中文，标点。", "中文，标点。"), ("é ß 🚀 👩‍💻", "é ß 🚀 👩‍💻"),
        ("<script>", "&lt;script&gt;"), ("\"'&", "&quot;&#39;&amp;"), ("a<b", "a&lt;b"),
        ("&amp;", "&amp;amp;"),
        ("tab\tand\nline", "tab\tand\nline"), ("a\r\nb", "a\nb"), ("a\rb", "a⟨CR⟩b"), ("\0", "⟨NUL⟩"),
        ("\u{1B}[31m", "⟨ESC⟩[31m"), ("\u{7F}", "⟨DEL⟩"), ("\u{85}", "⟨U+0085⟩"),
        ("\u{202E}gpj", "⟨U+202E⟩gpj"),
        ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"), ("\u{61C}", "⟨U+061C⟩"), ("a\u{200B}b", "a⟨U+200B⟩b"),
        ("\u{FEFF}", "⟨U+FEFF⟩"), ("\u{2028}", "⟨U+2028⟩"), ("\u{E0041}", "⟨U+E0041⟩"), ("،", "،"),
        ("£", "£"),
    ])
    func textIsHarmlessAndShown(text: String, written: String) {
        #expect(Escaping.escaped(text) == written)
    }

    @Test(arguments: [
        ("\u{202E}x", "\u{202E}x"), ("a\r\nb", "a&#13;&#10;b"), ("\"><script>", "&quot;&gt;&lt;script&gt;"),
        ("\0", "\u{FFFD}"), ("a\u{200B}", "a\u{200B}"),
    ])
    func aMachineValueComesBackAsItWas(text: String, written: String) {
        #expect(Escaping.escaped(text, showing: false) == written)
    }

    @Test func noTextCanLeaveItsPlace() throws {
        for scalar in (0...0x2FFF).compactMap(Unicode.Scalar.init) {
            let escaped = Escaping.escaped("a\(Character(scalar))b")
            #expect(!escaped.contains("<") && !escaped.contains(">") && !escaped.contains("\""))
        }
    }

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example",
        "\\\\evil",
        "relative", "",
    ])
    func anAddressThatCouldRunOrLeaveLeadsNowhere(address: String) {
        #expect(SafeAddress.text(address) == SafeAddress.nowhere)
    }

    @Test(arguments: [
        "/a/b?c=d#e", "?page=2", "#top", "https://example.com/", "http://example.com", "mailto:a@b.c",
    ])
    func anHonestAddressIsKept(address: String) { #expect(SafeAddress.text(address) == address) }

    @Test func aPartOfAPathIsEncoded() {
        #expect(SafeAddress.encoded("a/b c?中") == "a%2Fb%20c%3F%E4%B8%AD")
    }

    @Test(arguments: [
        (1.0, "1"), (0.5, "0.5"), (12.345, "12.35"), (-0.25, "-0.25"), (-0.001, "0"), (100, "100"),
        (0.05, "0.05"),
        (Double.nan, "0"), (Double.infinity, "0"), (1e300, "0"), (99.999, "100"),
    ])
    func aCoordinateIsShort(number: Double, text: String) { #expect(Decimal.text(number, places: 2) == text) }
}
