/// A text that must not be shown: whatever prints, dumps or interpolates it shows `***`.
///
/// Not Codable, so that it does not get into a document either.
package struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String
    package init(_ text: String) { self.text = text }

    /// The text itself, for where it is used: the environment of an instance.
    package func reveal() -> String { text }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
