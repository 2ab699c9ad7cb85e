package import Model

/// What reading a file gave: the value when there is no error, and every mistake and warning in file order.
package struct Reading<Value: Sendable>: Sendable {
    package var value: Value?
    package var diagnostics: [Diagnostic]

    package init(value: Value?, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Where a value was written.
struct Place: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int
    /// Whether it was written under `environments:`; a mistake between two values is shown at the override.
    var inOverride = false

    static let start = Place(line: 1, column: 1)
    static func < (a: Place, b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }

    /// The place to show for a mistake that lies between two values.
    static func blame(_ a: Place, _ b: Place) -> Place {
        a.inOverride == b.inOverride ? max(a, b) : (a.inOverride ? a : b)
    }
}

/// Collects the mistakes of one file; the same mistake at the same place is kept once.
///
/// A base value is read again for each environment, so that its mistakes would otherwise come once for each.
final class Report {
    /// A file that is wrong throughout would fill a terminal; this many mistakes are enough to mend at once.
    static let diagnosticLimit = 200

    private struct Key: Hashable {
        var place: Place
        var code: String
        var subject: String
    }

    let file: String
    private var seen: Set<Key> = []
    private var found: [Diagnostic] = []

    init(file: String) { self.file = file }

    /// - Parameter subject: tells apart mistakes of one code at one place, such as two missing keys of a mapping.
    func error(_ place: Place, _ code: String, _ message: String, hint: String?, subject: String = "") {
        add(.error, place, code, message, hint, subject)
    }

    func warning(_ place: Place, _ code: String, _ message: String, hint: String?) {
        add(.warning, place, code, message, hint, "")
    }

    var hasErrors: Bool { found.contains { $0.severity == .error } }

    func finish<Value: Sendable>(_ value: Value?) -> Reading<Value> {
        var sorted = found.sorted { ($0.line, $0.column, $0.code) < ($1.line, $1.column, $1.code) }
        if sorted.count > Self.diagnosticLimit, let last = sorted.last {
            let more = sorted.count - Self.diagnosticLimit
            sorted.removeLast(more)
            sorted.append(
                Diagnostic(
                    file: file, line: last.line, column: last.column, code: "more",
                    message: "\(more) more mistakes are not shown", hint: "mend those above first"))
        }
        return Reading(value: hasErrors ? nil : value, diagnostics: sorted)
    }

    private func add(
        _ severity: Diagnostic.Severity, _ place: Place, _ code: String, _ message: String, _ hint: String?,
        _ subject: String
    ) {
        guard seen.insert(Key(place: place, code: code, subject: subject)).inserted else { return }
        found.append(
            Diagnostic(
                severity, file: file, line: place.line, column: place.column, code: code, message: message,
                hint: hint))
    }
}
