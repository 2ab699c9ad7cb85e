package import Expressions

/// Shows a search with the place marked at which it cannot be read, and what to do.
package struct SearchMistake: Component {
    package var error: ExpressionError

    package init(_ error: ExpressionError) { self.error = error }

    /// A longer search is shown around the mistake.
    private static let shownCharacters = 160

    package func write(to html: inout HTML) {
        let characters = Array(error.source)
        let place = min(error.offset, characters.count)
        let first = max(0, place - Self.shownCharacters / 2)
        let last = min(characters.count, place + max(error.length, 1) + Self.shownCharacters / 2)
        let end = min(place + error.length, last)
        html.element("div", .class("mistake"), .role("alert"), .id("mistake")) { html in
            html.element("p", .class("mistake-title")) { html in
                html.add(Icon.error)
                html.element("strong", text: .cannotRead)
                html.element(
                    "span", text: Phrase("at character \(place + 1)", "位于第 \(place + 1) 个字符"))
            }
            html.element("p", .class("mistake-source")) { html in
                html.element("code") { html in
                    if first > 0 { html.text("…") }
                    html.text(String(characters[first..<place]))
                    // A mistake at the end has no character of its own to mark.
                    html.element(
                        "mark", .class("mistake-mark"),
                        text: end > place ? String(characters[place..<end]) : "\u{A0}")
                    html.text(String(characters[end..<last]))
                    if last < characters.count { html.text("…") }
                }
            }
            html.element("p", text: Phrase(Self.sentence(error.message), Self.chinese(error.kind)))
            if let hint = error.hint {
                html.element("p", .class("callout-hint")) { html in
                    html.element("strong", text: .whatToDo)
                    html.raw(" ")
                    html.text(hint)
                }
            }
        }
    }

    /// What is wrong in a word; the hint, which holds examples, says the rest.
    private static func chinese(_ kind: ExpressionError.Kind) -> String {
        switch kind {
        case .empty: "内容为空。"
        case .unexpected: "此处不能出现这个内容。"
        case .unclosedQuote: "引号没有闭合。"
        case .unclosedParenthesis: "括号没有闭合。"
        case .missingOperand: "AND、OR、NOT 或比较缺少一侧。"
        case .missingValue: "冒号后缺少值。"
        case .badEscape: "引号内的转义无效。"
        case .badRegex: "正则表达式有误。"
        case .unknownFunction: "没有这个函数。"
        case .unknownField: "没有这个字段。"
        case .wrongType: "该字段的类型不支持这种比较。"
        case .tooLong: "搜索内容过长。"
        case .tooDeep: "括号或 NOT 嵌套过深。"
        case .tooManyTerms: "条件过多。"
        }
    }

    /// The grammar's messages begin small, since a command line puts its own words before them.
    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }
}
