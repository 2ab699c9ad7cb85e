/// What an expression may cost. Expressions come from search fields and from files in repositories, so each bound keeps
/// one of them from taking more than its share; none is near what people write.
package enum ExpressionLimits {
    /// Bytes of source. A search that was pasted with a hundred ids still fits.
    package static let sourceBytes = 16 * 1024
    /// Levels of parentheses and NOT. The parser, printer and compiler recurse by it: about 1 KiB of stack each.
    package static let depth = 64
    /// Tests in one expression, each item of a list counted.
    package static let terms = 1000
    /// Regular expressions in one expression: each takes up to some milliseconds and 100 KiB to compile.
    package static let regexes = 32
    /// Bytes of one regular expression.
    package static let regexBytes = 1024
    /// Steps of the matcher for one regular expression on one text: some milliseconds at worst. A text that needs more is
    /// given up and counted.
    package static let regexSteps: UInt32 = 200_000
    /// Nested backtracking points of the interpreter, which serves where the compiled form runs out of stack.
    package static let regexDepth: UInt32 = 20_000
    /// KiB of heap that one match may use.
    package static let regexHeapKiB: UInt32 = 4 * 1024
    /// Mistakes that a check reports; more help nobody, and each is searched for in the source.
    package static let reportedMistakes = 50
    /// Known names that are compared with a misspelt one; beyond this no hint is given.
    package static let hintNames = 5000
}
