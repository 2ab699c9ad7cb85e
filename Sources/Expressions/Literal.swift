/// A value as it was written. What it means is decided where it meets a field: `007` equals the text `007` and the number 7.
package struct Literal: Sendable, Hashable {
    package let text: String
    /// Whether it is text whatever it looks like, as `"500"` is; then it orders by characters, not by size.
    package let isText: Bool

    /// Takes a value written without quotes.
    package init(bare text: String) {
        self.text = text
        isText = Quantity(text) == nil && text != "true" && text != "false"
    }

    /// Takes a value written in quotes.
    package init(quoted text: String) {
        self.text = text
        isText = true
    }

    /// The amount it stands for, if it can be read as one.
    package var quantity: Quantity? { Quantity(text) }

    package var bool: Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }
}
