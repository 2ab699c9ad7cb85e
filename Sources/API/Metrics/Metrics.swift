import Synchronization

/// Numbers about the server, for `/metrics`. Each is read at the moment it is asked for, by what was given for it, so
/// that whoever has a number adds a line and nothing is kept twice.
package final class Metrics: Sendable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package struct Sample: Sendable {
        /// What follows the name, as `_bucket` of a histogram does.
        var suffix: String
        var labels: [(name: String, value: String)]
        var value: Double

        package init(_ value: Double, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
            (self.value, self.labels, self.suffix) = (value, labels, suffix)
        }
    }

    package typealias Read = @Sendable () async -> [Sample]

    private struct Family {
        var name: String
        var kind: Kind
        var help: String
        var reads: [Read]
    }
    private let families = Mutex<[Family]>([])

    package init() {}

    /// - Parameters:
    ///   - name: of a counter ends with `_total`; a unit comes before that, as in `_seconds_total`.
    ///   - help: one line without its full stop.
    package func add(_ name: String, _ kind: Kind, _ help: String, _ read: @escaping Read) {
        families.withLock { families in
            if let known = families.firstIndex(where: { $0.name == name }) {
                families[known].reads.append(read)
            } else {
                families.append(Family(name: name, kind: kind, help: help, reads: [read]))
            }
        }
    }

    /// Of one number without labels; nothing while it is nil.
    package func number(
        _ name: String, _ kind: Kind, _ help: String, _ read: @escaping @Sendable () async -> Double?
    ) {
        add(name, kind, help) { await read().map { [Sample($0)] } ?? [] }
    }

    static let textType = "text/plain; version=0.0.4; charset=utf-8"

    /// All of them in the text form of Prometheus, version 0.0.4, in the order in which they were added.
    package func text() async -> String {
        var text = ""
        for family in families.withLock({ $0 }) {
            text += "# HELP \(family.name) \(Self.escaped(family.help))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for read in family.reads {
                for sample in await read() {
                    text += family.name + sample.suffix + Self.labels(sample.labels)
                    text += " \(Self.number(sample.value))\n"
                }
            }
        }
        return text
    }

    private static func labels(_ labels: [(name: String, value: String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value).replacing("\"", with: "\\\""))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }
}
