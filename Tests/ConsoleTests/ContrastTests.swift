import Console
import Foundation
import Testing

/// Computes contrast from the style sheet itself, by the formula of WCAG 2.2 (1.4.3 and 1.4.11), in both themes.
@Suite struct ContrastTests {
    struct Colours {
        var light: [String: UInt32] = [:]
        var dark: [String: UInt32] = [:]
    }

    static let css =
        Asset.all.first { $0.mediaType.hasPrefix("text/css") }.map {
            String(decoding: $0.bytes, as: UTF8.self)
        } ?? ""

    static let tokens: Colours = {
        var colours = Colours()
        for match in css.matches(of: /--([a-z0-9-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);/) {
            colours.light[String(match.1)] = UInt32(match.2, radix: 16)
            colours.dark[String(match.1)] = UInt32(match.3, radix: 16)
        }
        return colours
    }()

    static func luminance(_ colour: UInt32) -> Double {
        func part(_ shift: UInt32) -> Double {
            let value = Double(colour >> shift & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    private func expect(_ front: String, on back: String, atLeast least: Double) {
        for (theme, colours) in [("light", Self.tokens.light), ("dark", Self.tokens.dark)] {
            guard let a = colours[front], let b = colours[back] else {
                Issue.record("\(front) or \(back) is no colour")
                continue
            }
            let value = Self.contrast(a, b)
            #expect(value >= least, "\(front) on \(back), \(theme): \(value)")
        }
    }

    static let grounds = ["ground", "surface", "raised", "sunken", "hover"]
    static let tones = ["ready", "progressing", "failed", "waiting", "stopped", "unknown", "accent"]

    @Test(arguments: ["text", "text-soft", "text-faint", "accent", "failed", "ready", "waiting"], grounds)
    func textIsReadable(text: String, ground: String) { expect(text, on: ground, atLeast: 4.5) }

    @Test(arguments: tones) func aToneIsReadableOnItsSoftGround(tone: String) {
        expect(tone, on: tone + "-soft", atLeast: 4.5)
        expect("text", on: tone + "-soft", atLeast: 4.5)
        expect("text-soft", on: tone + "-soft", atLeast: 4.5)
    }

    @Test func selectedRowsMarksAndSolidButtonsAreReadable() {
        for text in ["text", "text-soft", "accent"] { expect(text, on: "selected", atLeast: 4.5) }
        expect("text", on: "mark", atLeast: 4.5)
        for solid in ["accent-solid", "accent-solid-hover", "danger-solid", "danger-solid-hover"] {
            expect("on-solid", on: solid, atLeast: 4.5)
        }
    }

    @Test(arguments: tones) func theShapeOfAStatusStandsOutOnEveryGround(tone: String) {
        for ground in Self.grounds + ["selected"] { expect(tone, on: ground, atLeast: 3) }
    }

    @Test func linesOfChartsAndTheFocusStandOut() {
        for index in 0..<LineChart.seriesLimit {
            expect("series-\(index)", on: "surface", atLeast: 3)
            expect("series-\(index)", on: "sunken", atLeast: 3)
        }
        for ground in Self.grounds + ["selected"] { expect("focus", on: ground, atLeast: 3) }
    }

    /// Every rule that sets both a colour and a ground from tokens is a pair that is used.
    @Test func everyRuleThatSetsBothIsReadable() {
        var pairs = 0
        for rule in Self.css.matches(of: /\{([^{}]*)\}/) {
            let text = String(rule.1)
            guard let front = text.firstMatch(of: /(?:^|[;\s])color: var\(--([a-z0-9-]+)\)/),
                let back = text.firstMatch(of: /background: var\(--([a-z0-9-]+)\)/),
                Self.tokens.light[String(front.1)] != nil, Self.tokens.light[String(back.1)] != nil
            else { continue }
            pairs += 1
            expect(String(front.1), on: String(back.1), atLeast: 4.5)
        }
        #expect(pairs > 15)
    }

    @Test func everyTokenThatIsUsedExists() {
        let defined = Set(Self.css.matches(of: /--([a-z0-9-]+):/).map { String($0.1) })
        for match in Self.css.matches(of: /var\(--([a-z0-9-]+)/) {
            #expect(defined.contains(String(match.1)), "--\(match.1) is not defined")
        }
    }
}
